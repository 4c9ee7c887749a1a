/** The reader of the great trial follows a log through its rotations, and what is lost on the way is found. */
import * as fs from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, assert, beforeEach, describe, it } from "vitest"
import { rotationRenames } from "../../src/core/rotation.ts"
import { type CheckedLog, Checker } from "../trial/Checker.ts"
import { lineOf } from "../trial/LineCheck.ts"
import { RotatedLog } from "../trial/RotatedLog.ts"
import { waitFor } from "./reeve.ts"

const lineBytes = 64
const backups = 3

let directory: string
let path: string

beforeEach(() => {
  directory = fs.mkdtempSync(join(tmpdir(), "reeve-trial-log-"))
  path = join(directory, "web.out")
})

afterEach(() => fs.rmSync(directory, { recursive: true }))

const write = (from: number, to: number) => {
  for (let number = from; number <= to; number++) {
    fs.appendFileSync(path, lineOf("O", "web", 1, number, lineBytes))
  }
}

/** `steps`: of the renames; fewer than all is a rotation that was cut short. */
const rotate = (steps = backups) => {
  for (const { from, to } of rotationRenames(path, backups, fs.existsSync).slice(0, steps)) {
    if (fs.existsSync(from)) fs.renameSync(from, to)
  }
}

describe("the reader of a log that rotates", () => {
  const buffer = Buffer.alloc(1024 * 1024)
  const numbers = (log: RotatedLog): ReadonlyArray<number> => {
    const parts: Array<string> = []
    for (let count = log.read(buffer, 0); count > 0; count = log.read(buffer, 0)) {
      parts.push(buffer.toString("latin1", 0, count))
    }
    const lines = parts.join("").split("\n").slice(0, -1)
    return lines.map((line) => Number(line.split(" ")[3]))
  }
  const opened = () => {
    const log = new RotatedLog(path, backups)
    closing.push(log)
    return log
  }
  const closing: Array<RotatedLog> = []
  afterEach(() => {
    for (const log of closing.splice(0)) log.close()
  })

  it("reads every file once, also those that rotated several times since it looked", () => {
    const log = opened()
    assert.deepEqual(numbers(log), [])
    write(1, 2)
    assert.deepEqual(numbers(log), [1, 2])
    rotate()
    assert.deepEqual(numbers(log), [])
    write(3, 4)
    rotate()
    write(5, 5)
    rotate()
    write(6, 6)
    assert.deepEqual(numbers(log), [3, 4, 5, 6])
    assert.deepInclude(log, { rotations: 3, overtaken: 0 })
  })

  it("reads what came to a file between its look and the rotation, and all of a dropped file", () => {
    const log = opened()
    write(1, 2)
    assert.deepEqual(numbers(log), [1, 2])
    write(3, 4)
    for (let file = 5; file < 5 + backups; file++) {
      rotate()
      write(file, file)
    }
    assert.deepEqual(numbers(log), [3, 4, 5, 6, 7])
    write(8, 9)
    for (let file = 10; file < 10 + backups + 1; file++) {
      rotate()
      write(file, file)
    }
    assert.isTrue(log.read(buffer, 0) > 0)
    assert.deepInclude(log, { overtaken: 0 })
  })

  it("goes on past a hole that a rotation cut short has left", () => {
    const log = opened()
    write(1, 1)
    assert.deepEqual(numbers(log), [1])
    rotate()
    write(2, 2)
    // 1 → 2 was done, the file itself → 1 was not.
    rotate(backups - 1)
    write(3, 3)
    assert.deepEqual(numbers(log), [2, 3])
    rotate()
    write(4, 4)
    assert.deepEqual(numbers(log), [4])
  })

  it("tells that it was overtaken", () => {
    const log = opened()
    write(1, 1)
    assert.deepEqual(numbers(log), [1])
    for (let file = 2; file < 10; file++) {
      rotate()
      write(file, file)
    }
    assert.deepEqual(numbers(log), [6, 7, 8, 9])
    assert.strictEqual(log.overtaken, 1)
  })
})

describe("the thread that checks logs", () => {
  const logs = (): ReadonlyArray<CheckedLog> => [
    { path, backups, name: "web", letter: "O", lineBytes }
  ]

  /** Writes five files; `fault` is done to the third once it is rotated. */
  const checkWith = async (fault: () => void) => {
    // What it reads before the fault it cannot lose: it is begun after.
    for (const file of [0, 1, 2]) {
      write(file * 10 + 1, file * 10 + 10)
      rotate()
    }
    write(31, 40)
    fault()
    const checker = new Checker(logs())
    try {
      await waitFor("the first to be read", () => checker.bytes > 0)
      rotate()
      write(41, 50)
      const { seen } = await checker.finish()
      return seen[0]?.lives
    } finally {
      await checker.stop()
    }
  }

  const sound = { life: 1, last: 50, missing: 0, doubled: 0, outOfOrder: 0 }

  it("finds nothing wrong where nothing is", async () => {
    assert.deepEqual(await checkWith(() => undefined), [sound])
  })

  it("finds that a rotated file was removed", async () => {
    const lives = await checkWith(() => fs.rmSync(`${path}.2`))
    assert.deepEqual(lives, [{ ...sound, missing: 10 }])
  })

  it("finds that a rotated file was cut, and that one is there twice", async () => {
    assert.deepEqual(await checkWith(() => fs.truncateSync(`${path}.1`, lineBytes * 7)), [
      { ...sound, missing: 3 }
    ])
    for (const name of fs.readdirSync(directory)) fs.rmSync(join(directory, name))
    assert.deepEqual(await checkWith(() => fs.copyFileSync(`${path}.3`, `${path}.2`)), [
      { ...sound, missing: 10, doubled: 10 }
    ])
  })
})
