import { spawnSync } from "node:child_process"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "vitest"
import { type CapturePiece, makeCaptureMode } from "../../../src/core/captureMode.ts"
import { random } from "../python.ts"

interface Case {
  readonly maxbytes: number
  readonly strip: boolean
  readonly chunks: ReadonlyArray<string>
}
type Told = ReadonlyArray<readonly [string, string]>

const tokens = ["<!--XSUPERVISOR:BEGIN-->", "<!--XSUPERVISOR:END-->"]
const words = [
  ...tokens,
  ...tokens,
  "<!--XSUPERVISOR:",
  "<",
  "\n",
  "text ",
  "\x1b[31m",
  "é".repeat(9)
]

const cases = (count: number): ReadonlyArray<Case> => {
  const next = random(5)
  return Array.from({ length: count }, () => {
    const strip = next(4) === 0
    const chunks: Array<string> = []
    // Whole sequences in each chunk: one that is cut leaks in supervisord.
    for (let n = 1 + next(12); n > 0; n--) {
      const text = Array.from({ length: 1 + next(6) }, () => words[next(words.length)] ?? "").join(
        ""
      )
      const at = strip ? text.length : next(text.length)
      chunks.push(...[text.slice(0, at), text.slice(at)].filter((part) => part !== ""))
    }
    // More than a token is never held back there for its length alone (G8).
    chunks.push("\n".repeat(30))
    return { maxbytes: 1_000_000, strip, chunks }
  })
}

const supervisors = (asked: ReadonlyArray<Case>): ReadonlyArray<Told> => {
  const script = fileURLToPath(new URL("../capture.py", import.meta.url))
  const { stdout, stderr } = spawnSync("/usr/bin/python3", [script], {
    input: asked.map((one) => `${JSON.stringify(one)}\n`).join(""),
    encoding: "utf8",
    maxBuffer: 256 * 1024 * 1024
  })
  assert.strictEqual(stderr, "")
  return stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line))
}

const ours = ({ maxbytes, strip, chunks }: Case): Told => {
  const capture = makeCaptureMode({ maxBytes: maxbytes, stripAnsi: strip })
  return chunks
    .flatMap((chunk) => capture.push(Buffer.from(chunk, "latin1")))
    .map(({ kind, bytes }: CapturePiece) => [
      kind === "communication" ? kind : "output",
      Buffer.from(bytes).toString("latin1")
    ])
}

/**
 * Where the output is cut is no matter: supervisord waits for more than a token's length. What only was sequences is an empty
 * piece of output there, and none in reeve.
 */
const joined = (told: Told): Told => {
  const list: Array<readonly [string, string]> = []
  for (const [kind, text] of told) {
    if (kind === "output" && text === "") continue
    const last = list.at(-1)
    if (last?.[0] === "output" && kind === "output")
      list[list.length - 1] = ["output", last[1] + text]
    else list.push([kind, text])
  }
  return list
}

describe("capture mode beside supervisord's", () => {
  it("takes the same out of 3,000 outputs, however they are cut", () => {
    const asked = cases(3000)
    const theirs = supervisors(asked)
    for (const [index, one] of asked.entries())
      assert.deepStrictEqual(joined(ours(one)), joined(theirs[index] ?? []), JSON.stringify(one))
  })

  it("keeps the same above the limit", () => {
    const [begin = "", end = ""] = tokens
    const long = (letter: string, count: number) => letter.repeat(count)
    const asked = [
      [begin, long("a", 40), end],
      [begin, long("a", 30), long("b", 30), end],
      [begin + long("a", 30), long("b", 30), long("c", 90) + end],
      [begin, long("a", 45), long("b", 30), long("c", 30), end]
    ].map((chunks): Case => ({ maxbytes: 50, strip: false, chunks: [...chunks, "\n".repeat(30)] }))
    const theirs = supervisors(asked)
    for (const [index, one] of asked.entries())
      assert.deepStrictEqual(joined(ours(one)), joined(theirs[index] ?? []))
  })
})
