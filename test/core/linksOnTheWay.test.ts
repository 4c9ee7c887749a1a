import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, assert, describe, it } from "vitest"
import { linksOnTheWay } from "../../src/os/linksOnTheWay.ts"

let directory = ""
afterEach(() => rmSync(directory, { recursive: true, force: true }))

describe("the links on the way to a path", () => {
  it("are told by where they really are, those behind others included", () => {
    directory = realpathSync(mkdtempSync(join(tmpdir(), "reeve-links-")))
    const at = (...names: ReadonlyArray<string>) => join(directory, ...names)
    mkdirSync(at("releases", "1", "src"), { recursive: true })
    symlinkSync("releases/1", at("current"))
    symlinkSync(at("current"), at("app"))
    symlinkSync("../current/src", at("releases", "src"))
    symlinkSync("loop", at("loop"))
    assert.deepEqual(linksOnTheWay(at("releases", "1", "src")), [])
    assert.deepEqual(linksOnTheWay(at("app", "src")), [at("app"), at("current")])
    assert.deepEqual(linksOnTheWay(`${at("app")}/../src`), [
      at("app"),
      at("current"),
      at("releases", "src"),
      at("current")
    ])
    assert.deepEqual(linksOnTheWay(at("app", "none", "x")), [at("app"), at("current")])
    assert.isNotEmpty(linksOnTheWay(at("loop")))
  })
})
