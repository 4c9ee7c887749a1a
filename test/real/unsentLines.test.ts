import { closeSync, readSync } from "node:fs"
import { setTimeout as pause } from "node:timers/promises"
import { assert, describe, it } from "@effect/vitest"
import * as libc from "../../src/os/libc.ts"
import { UnsentLines } from "../../src/os/UnsentLines.ts"

const pipe = (): readonly [number, number] => {
  const ends = libc.pipe2(libc.O.CLOEXEC | libc.O.NONBLOCK)
  if (typeof ends === "number") assert.fail(libc.errnoName(ends))
  return ends
}

/** What waits there; "" where nothing does. */
const readAll = (fd: number): string => {
  const buffer = Buffer.alloc(1024 * 1024)
  try {
    return buffer.toString("utf8", 0, readSync(fd, buffer))
  } catch {
    return ""
  }
}

const withLines = async (
  use: (lines: UnsentLines, from: number, leave: () => void) => Promise<void> | void
) => {
  const [from, to] = pipe()
  let isGone = false
  const leave = () => {
    isGone = true
    lines.clear()
  }
  const lines: UnsentLines = new UnsentLines(to, () => isGone, leave)
  try {
    await use(lines, from, leave)
  } finally {
    for (const fd of [from, to]) closeSync(fd)
  }
}

describe("unsent lines", () => {
  it("leave at once where they are said, behind what was to leave soon", () =>
    withLines((lines, from) => {
      lines.saySoon("one")
      lines.saySoon("two")
      assert.strictEqual(readAll(from), "")
      lines.say("three")
      assert.strictEqual(readAll(from), "one\ntwo\nthree\n")
    }))

  it("leave soon without another line", () =>
    withLines(async (lines, from) => {
      lines.saySoon("one")
      let read = ""
      for (let tries = 0; read === "" && tries < 1_000; tries++) {
        await pause(5)
        read = readAll(from)
      }
      assert.strictEqual(read, "one\n")
    }))

  it("leave with a flush, though the pipe was full", () =>
    withLines((lines, from) => {
      const long = "x".repeat(60_000)
      for (const text of [long, long]) lines.say(text)
      lines.saySoon("last")
      const first = readAll(from)
      lines.flush()
      assert.strictEqual(first + readAll(from), `${long}\n${long}\nlast\n`)
    }))

  it("are kept for nobody who is gone", () =>
    withLines((lines, from, leave) => {
      lines.saySoon("one")
      leave()
      lines.saySoon("two")
      lines.say("three")
      lines.flush()
      assert.strictEqual(readAll(from), "")
    }))
})
