import { assert, describe, it } from "vitest"
import { searchedPattern } from "../../src/config/SearchedPattern.ts"

describe("a pattern of [include]", () => {
  it("says where to look, and what could match", () => {
    const pattern = searchedPattern("/etc/app/../conf.d/*/[!x]*.conf")
    assert.equal(pattern?.directory, "/etc/conf.d")
    const paths = [
      "/etc/conf.d/a/b.conf",
      "/etc/conf.d/a/x.conf",
      "/etc/conf.d/a/.b.conf",
      "/etc/conf.d/a/b.conf/c",
      "/etc/conf.d/a",
      "/etc/conf.d",
      "/etc/other"
    ]
    const matching = paths.filter((path) => pattern?.matches(path))
    assert.deepEqual(matching, ["/etc/conf.d/a/b.conf"])
    const holding = paths.filter((path) => pattern?.mayHold(path))
    assert.deepEqual(holding, ["/etc/conf.d/a/b.conf", "/etc/conf.d/a", "/etc/conf.d"])
  })

  it("without wildcards is a file", () => {
    assert.isNull(searchedPattern("/etc/app.conf"))
  })

  it("may look in the root directory", () => {
    const pattern = searchedPattern("/*.ini")
    assert.equal(pattern?.directory, "/")
    assert.isTrue(pattern?.matches("/a.ini"))
    assert.isFalse(pattern?.mayHold("/proc"))
  })
})
