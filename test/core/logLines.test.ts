import { describe, expect, it } from "vitest"
import { makeLineAssembler } from "../../src/core/LineAssembler.ts"
import { labelColour, labelWidth, renderLogLine } from "../../src/core/renderLogLine.ts"
import { syslogMessage } from "../../src/core/syslogMessage.ts"

const lines = (limit: number, ...chunks: ReadonlyArray<string>): ReadonlyArray<string> => {
  const assembler = makeLineAssembler(limit)
  const whole = chunks.flatMap((chunk) => assembler.push(Buffer.from(chunk)))
  return [...whole, ...assembler.end()].map((line) => Buffer.from(line).toString())
}

describe("lines from chunks", () => {
  it("are the same wherever the chunks are cut", () => {
    const text = "one\n\nthree and more\nlast"
    for (let cut = 0; cut <= text.length; cut++)
      expect(lines(100, text.slice(0, cut), text.slice(cut))).toEqual([
        "one",
        "",
        "three and more",
        "last"
      ])
  })

  it("of more than the limit come in pieces", () => {
    expect(lines(4, "123456789\n12", "\n")).toEqual(["1234", "5678", "9", "12"])
  })

  it("of exactly the limit are one line, also when the newline comes later", () => {
    expect(lines(4, "1234\n5")).toEqual(["1234", "5"])
    expect(lines(4, "1234", "\n5")).toEqual(["1234", "5"])
    expect(lines(4, "1234\n\n5")).toEqual(["1234", "", "5"])
  })

  it("survive a buffer that is used again", () => {
    const assembler = makeLineAssembler()
    const buffer = Buffer.from("abc")
    assembler.push(buffer)
    buffer.fill("x")
    const [line] = assembler.push(Buffer.from("\n"))
    expect(Buffer.from(line ?? []).toString()).toBe("abc")
  })
})

describe("a printed line", () => {
  const line = { label: "web:0", channel: "stdout", text: "hello" } as const

  it("has its label in a column", () => {
    const style = { labelWidth: 8, colour: false, prefix: true }
    expect(renderLogLine(line, style)).toBe("web:0    | hello")
    expect(renderLogLine({ ...line, channel: "stderr" }, style)).toBe("web:0    ! hello")
    expect(renderLogLine(line, { ...style, prefix: false })).toBe("hello")
  })

  it("ends the colours that the program left open", () => {
    const text = renderLogLine(
      { ...line, text: "\u001b[31mred" },
      { labelWidth: 5, colour: true, prefix: true }
    )
    expect(text).toBe(`\u001b[${labelColour("web:0")}mweb:0 |\u001b[0m \u001b[31mred\u001b[0m`)
  })

  it("has one colour for one label, and a bounded column", () => {
    expect(labelColour("web")).toBe(labelColour("web"))
    expect(labelWidth(["a", "x".repeat(80)])).toBe(32)
    expect(labelWidth([])).toBe(0)
  })
})

describe("a syslog message", () => {
  it("is what syslog(3) writes, with the program's name before the line", () => {
    const message = syslogMessage(
      "reeve",
      "web",
      Buffer.from("hello"),
      new Date(2026, 10, 2, 7, 4, 5)
    )
    expect(Buffer.from(message).toString()).toBe("<14>Nov  2 07:04:05 reeve: web hello")
  })
})
