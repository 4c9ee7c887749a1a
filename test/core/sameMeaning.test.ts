import { assert, describe, it } from "vitest"
import { sameMeaning } from "../../src/core/sameMeaning.ts"

describe("the meaning of a field", () => {
  it("of a command is its words, as far as they can be told", () => {
    assert.isTrue(sameMeaning("command", "serve  --port 1", ["serve", "--port", "1"]))
    assert.isTrue(sameMeaning("stop.command", "say 'good bye'", 'say "good bye"'))
    assert.isFalse(sameMeaning("command", "serve --port 1", "serve --port=1"))
    assert.isFalse(sameMeaning("command", "serve ''", "serve"))
    assert.isFalse(sameMeaning("command", "say 'good", 'say "good'))
    assert.isFalse(sameMeaning("stop.command", null, "true"))
  })

  it("of a directory is where it leads without looking", () => {
    for (const other of ["/srv/web/", "/srv//web", "/srv/./web", "/srv/web/.", "/srv/web//./"]) {
      assert.isTrue(sameMeaning("directory", "/srv/web", other), other)
    }
    assert.isTrue(sameMeaning("directory", "/", "//."))
    for (const other of [
      "/srv/x/../web",
      "/srv/.web",
      "/srv/web.",
      "/srvweb",
      "/srv/web/..",
      null
    ]) {
      assert.isFalse(sameMeaning("directory", "/srv/web", other), String(other))
    }
  })

  it("of a set has no order, and of a list it has", () => {
    assert.isTrue(sameMeaning("inheritEnvironment", ["A", "B"], ["B", "A", "B"]))
    assert.isFalse(sameMeaning("inheritEnvironment", ["A"], "all"))
    assert.isTrue(sameMeaning("restart.expectedExitCodes", [0, 10, 2], [2, 0, 10]))
    assert.isFalse(sameMeaning("envFile", ["/a", "/b"], ["/b", "/a"]))
  })
})
