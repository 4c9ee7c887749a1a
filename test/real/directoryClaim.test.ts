import { type ChildProcess, spawn } from "node:child_process"
import { createHash } from "node:crypto"
import { once } from "node:events"
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync
} from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, assert, beforeEach, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { describe } from "vitest"
import { claimDirectory, lastingClaimant } from "../../src/os/directoryClaim.ts"

const isRoot = process.geteuid?.() === 0

describe("the claim of a directory", () => {
  let above = ""
  let state = ""
  let holder: ChildProcess | null = null
  beforeEach(() => {
    above = realpathSync(mkdtempSync(join(tmpdir(), "reeve-claim-")))
    chmodSync(above, 0o755)
    state = join(above, ".reeve")
    mkdirSync(state)
  })
  afterEach(() => {
    holder?.kill("SIGKILL")
    rmSync(above, { recursive: true })
  })

  /** Another process that has the name of the place, as whoever knows how it is made can. */
  const held = async (...below: ReadonlyArray<string>): Promise<number> => {
    const { dev, ino } = statSync(above, { bigint: true })
    const place = createHash("sha256").update(`${dev} ${ino} ${state}`).digest("hex")
    const script = `require("net").createServer().listen("\\0reeve ${place}", () => console.log("there"))`
    const [file = "", ...words] = [...below, process.execPath, "-e", script]
    const child = spawn(file, words, { stdio: ["pipe", "pipe", "inherit"] })
    holder = child
    await once(child.stdout, "data")
    return child.pid ?? 0
  }

  const end = async (): Promise<void> => {
    const ended = holder === null ? null : once(holder, "exit")
    holder?.kill("SIGKILL")
    await ended
  }

  it.live("is another process's until that ends, whatever became of the directory", () =>
    Effect.gen(function* () {
      const pid = yield* Effect.promise(() => held())
      rmSync(state, { recursive: true })
      assert.deepEqual(yield* lastingClaimant(state), { pid })
      assert.deepEqual(yield* claimDirectory(state), { pid })
      yield* Effect.promise(end)
      assert.isNull(yield* lastingClaimant(state))
      assert.isNull(yield* claimDirectory(state))
      assert.deepEqual(yield* lastingClaimant(state), { pid: process.pid })
      assert.isNull(yield* lastingClaimant(join(above, "other")))
    })
  )

  it.live("is none where the directory above cannot be looked at", () =>
    Effect.gen(function* () {
      symlinkSync("loop", join(above, "loop"))
      for (const path of [join(above, "loop", ".reeve"), join(above, "none", ".reeve")]) {
        assert.isNull(yield* lastingClaimant(path))
        assert.isNull(yield* claimDirectory(path))
      }
    })
  )

  it.live("is none where another user has taken the name", () =>
    Effect.gen(function* () {
      // Without root nobody else can be had: then the name is free.
      const other = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--"]
      if (isRoot) yield* Effect.promise(() => held(...other))
      assert.isNull(yield* lastingClaimant(state))
      assert.isNull(yield* claimDirectory(state))
    })
  )
})
