import * as fs from "node:fs"
import { join } from "node:path"
import { afterAll, assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type { PathOptions } from "../../src/os/findPaths.ts"
import { resolvePaths } from "../../src/os/Paths.ts"
import { openDatabase } from "../../src/os/sqlite.ts"
import { workspace } from "./runProgram.ts"

const space = workspace()
afterAll(space.remove)
const isRoot = process.geteuid?.() === 0
const uid = process.geteuid?.() ?? 0

const options = (parts: Partial<PathOptions>): PathOptions => ({
  stateDirectory: null,
  socket: null,
  directory: space.path,
  environment: new Map(),
  uid,
  entries: null,
  ...parts
})

const refusal = (parts: Partial<PathOptions>) =>
  Effect.map(Effect.flip(resolvePaths(options(parts))), ({ message }) => message)

describe("a state directory that was named", () => {
  const state = join(space.path, "state")

  it.live("is refused where others can write it, by its name", () =>
    Effect.gen(function* () {
      fs.mkdirSync(state)
      fs.chmodSync(state, 0o777)
      const message = yield* refusal({ stateDirectory: state })
      assert.strictEqual(
        message,
        `the state directory ${state} is writable by others; run: chmod o-w ${state}`
      )
      fs.chmodSync(state, 0o755)
      assert.strictEqual(
        (yield* resolvePaths(options({ stateDirectory: state }))).stateDirectory,
        state
      )
    })
  )

  it.live("is refused where it belongs to somebody else, also as root", () =>
    Effect.gen(function* () {
      if (isRoot) fs.chownSync(state, 65534, 65534)
      const message = yield* refusal({ stateDirectory: state, uid: isRoot ? 0 : uid + 1 })
      assert.match(message, /belongs to uid \d+, not to you/)
    })
  )

  it("holds databases that nobody else can read, whatever its own mode", () => {
    const path = join(space.path, "state.db")
    fs.writeFileSync(path, "")
    fs.chmodSync(path, 0o644)
    const database = openDatabase(path, 100)
    database.exec("PRAGMA journal_mode = WAL; CREATE TABLE one (a)")
    const modes = ["", "-wal", "-shm"].map((end) => fs.statSync(path + end).mode & 0o777)
    database.close()
    assert.deepStrictEqual(modes, [0o600, 0o600, 0o600])
  })

  it("holds no database behind a link", () => {
    const link = join(space.path, "link.db")
    fs.symlinkSync(join(space.path, "elsewhere"), link)
    assert.throws(() => openDatabase(link, 100), /ELOOP/)
    assert.isFalse(fs.existsSync(join(space.path, "elsewhere")))
  })
})

describe("the short path of a socket", () => {
  it.live("is refused in a directory that somebody else made", () =>
    Effect.gen(function* () {
      const other = 4_242_424
      const taken = `/tmp/reeve-${other}`
      yield* Effect.acquireRelease(
        Effect.sync(() => fs.mkdirSync(taken)),
        () => Effect.sync(() => fs.rmdirSync(taken))
      )
      const deep = join("/", "d".repeat(120))
      const message = yield* refusal({ stateDirectory: deep, uid: other })
      assert.include(message, `${taken}, the place of reeve's socket`)
    })
  )
})
