import * as fs from "node:fs"
import { join } from "node:path"
import { afterAll, assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { request, runProgram, workspace } from "./runProgram.ts"

const nobody = { uid: 65534, gid: 65534, name: "nobody" }

/** Whose rights the dynamic linker had when it was told to write its notes: one file a process. */
const owners = (directory: string): ReadonlySet<number> =>
  new Set(fs.readdirSync(directory).map((name) => fs.statSync(join(directory, name)).uid))

describe("as root, for a program of another user", () => {
  const space = workspace()
  afterAll(space.remove)

  it.live("no program runs as root with what the environment tells the dynamic linker", () =>
    Effect.gen(function* () {
      const notes = join(space.path, "notes")
      fs.mkdirSync(notes)
      fs.chmodSync(notes, 0o1777)
      const { output } = yield* runProgram(
        space.path,
        request(["/bin/sh", "-c", "echo $LD_DEBUG; id -u; umask"], {
          credentials: nobody,
          umask: 0o027,
          environment: new Map([
            ["PATH", "/usr/bin:/bin"],
            ["LD_DEBUG", "libs"],
            ["LD_DEBUG_OUTPUT", join(notes, "ld")]
          ])
        })
      )
      assert.deepStrictEqual(owners(notes), new Set([65534]))
      assert.strictEqual(output, "libs\n65534\n0027\n")
    })
  )
})
