import { execFileSync } from "node:child_process"
import * as fs from "node:fs"
import { join } from "node:path"
import { afterAll, assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Files } from "../../src/os/Files.ts"
import { FilesLive } from "../../src/os/FilesLive.ts"
import { workspace } from "./runProgram.ts"

const nobody = { uid: 65534, groups: [65534] }
const isRoot = process.geteuid?.() === 0

describe("Files", () => {
  const space = workspace()
  afterAll(space.remove)
  const at = (name: string) => join(space.path, name)

  it.live("names the errno, and reads the head of a FIFO without waiting", () =>
    Effect.gen(function* () {
      const files = yield* Files
      fs.writeFileSync(at("victim"), "safe")
      assert.deepInclude(yield* files.stat(at("victim")), { kind: "file", size: 4, links: 1 })
      assert.strictEqual((yield* Effect.flip(files.read(space.path))).errno, "EISDIR")
      assert.strictEqual((yield* Effect.flip(files.stat(at("victim/x")))).errno, "ENOTDIR")
      fs.symlinkSync("loop", at("loop"))
      assert.strictEqual((yield* Effect.flip(files.stat(at("loop")))).errno, "ELOOP")
      execFileSync("mkfifo", [at("fifo")])
      assert.strictEqual((yield* Effect.flip(files.head(at("fifo"), 4))).errno, "ESPIPE")
      fs.writeFileSync(at("text"), "#!/bin/sh\n")
      assert.strictEqual(new TextDecoder().decode(yield* files.head(at("text"), 4)), "#!/b")
    }).pipe(Effect.provide(FilesLive))
  )

  it.live("knows who may execute a file or enter a directory", () =>
    Effect.gen(function* () {
      const files = yield* Files
      fs.mkdirSync(at("private"), { mode: 0o700 })
      assert.isFalse(yield* files.canExecute(at("private"), nobody))
      fs.writeFileSync(at("private/tool"), "#!/bin/sh\n", { mode: 0o755 })
      fs.writeFileSync(at("plain"), "", { mode: 0o644 })
      fs.writeFileSync(at("group"), "", { mode: 0o710 })
      assert.isTrue(yield* files.canExecute("/bin/sh", nobody))
      assert.isTrue(yield* files.canExecute(at("private/tool"), null))
      assert.isFalse(yield* files.canExecute(at("private/tool"), nobody))
      assert.isFalse(yield* files.canExecute(at("plain"), null))
      // Only root can give a file away.
      if (isRoot) fs.chownSync(at("group"), 0, 65534)
      assert.strictEqual(yield* files.canExecute(at("group"), nobody), isRoot)
      assert.isFalse(yield* files.canExecute(at("group"), { uid: 12345, groups: [12345] }))
      assert.isFalse(yield* files.canExecute(at("missing"), nobody))
    }).pipe(Effect.provide(FilesLive))
  )

  it.live("matches patterns as Python's glob does", () =>
    Effect.gen(function* () {
      const files = yield* Files
      const names = ["a.ini", "b.ini", "c.conf", ".d.ini", "[x].ini", "e-f.ini"]
      fs.mkdirSync(at("conf/deep"), { recursive: true })
      for (const name of names) fs.writeFileSync(at(`conf/${name}`), "")
      fs.writeFileSync(at("conf/deep/g.ini"), "")
      fs.symlinkSync("/nope", at("conf/dangling.ini"))
      // What Python 3.11 gives.
      const expected: ReadonlyArray<readonly [string, ReadonlyArray<string>]> = [
        ["*.ini", ["[x].ini", "a.ini", "b.ini", "dangling.ini", "e-f.ini"]],
        ["?.ini", ["a.ini", "b.ini"]],
        ["[ab].ini", ["a.ini", "b.ini"]],
        ["[!a].ini", ["b.ini"]],
        ["[]a[]*", ["[x].ini", "a.ini"]],
        [".*", [".d.ini"]],
        ["*/*.ini", ["deep/g.ini"]],
        ["c.conf", ["c.conf"]],
        ["nope", []],
        ["[[]x].ini", ["[x].ini"]],
        ["[a-c].*", ["a.ini", "b.ini", "c.conf"]],
        ["[z-a]*", []],
        ["e[-x]f.ini", ["e-f.ini"]],
        ["nope/*.ini", []]
      ]
      for (const [pattern, names] of expected) {
        const found = yield* files.glob(at(`conf/${pattern}`))
        assert.deepStrictEqual(
          found,
          names.map((name) => at(`conf/${name}`)),
          pattern
        )
      }
    }).pipe(Effect.provide(FilesLive))
  )
})
