import { assert, describe, it } from "vitest"
import { outermost, watchRules } from "../../src/core/watchRules.ts"
import { definitionOf } from "./specOf.ts"

const { stdout } = definitionOf().logs

const rules = (watch: ReadonlyArray<string>, log: string | null = null) =>
  watchRules(watch, {
    stdout: { ...stdout, file: log === null ? "none" : { path: log } },
    stderr: "stdout"
  })

describe("what a program watches", () => {
  it("is what its patterns match, less those that begin with !", () => {
    const { bases, mayHold, matches } = rules(["/p/src/**", "/p/x.json", "!/p/src/gen"])
    assert.isTrue(matches("/p/src/a.ts"))
    assert.isTrue(matches("/p/x.json"))
    assert.isFalse(matches("/p/y.json"))
    assert.isFalse(matches("/p/src/gen/a.ts"))
    assert.isFalse(mayHold("/p/src/gen"))
    assert.isTrue(mayHold("/p/src/other"))
    assert.deepEqual(bases, ["/p"])
  })

  it("leaves out installed packages, dot files and backups, unless they are named", () => {
    const { mayHold, matches } = rules(["/p/**"])
    for (const path of ["/p/node_modules/x/y.js", "/p/.git/HEAD", "/p/.reeve/x", "/p/a.ts~"]) {
      assert.isFalse(matches(path), path)
    }
    assert.isFalse(mayHold("/p/node_modules"))
    assert.isFalse(mayHold("/p/.reeve"))
    const named = rules(["/p/node_modules/mine/**", "/p/.env"])
    assert.isTrue(named.matches("/p/node_modules/mine/a.js"))
    assert.isTrue(named.matches("/p/.env"))
    const inside = rules(["/node_modules/p/**"])
    assert.isTrue(inside.matches("/node_modules/p/a.js"))
  })

  it("leaves out the program's own logs and their backups", () => {
    const { matches } = rules(["/p/**"], "/p/web.log")
    assert.isFalse(matches("/p/web.log"))
    assert.isFalse(matches("/p/web.log.1"))
    assert.isTrue(matches("/p/web.log.ts"))
  })

  it("is looked for in the outermost directories alone", () => {
    assert.deepEqual(outermost(["/p/src/a", "/p/src", "/q", "/p/srcs", "/p/src"]), [
      "/p/src",
      "/p/srcs",
      "/q"
    ])
    assert.deepEqual(outermost(["/", "/p"]), ["/"])
  })
})
