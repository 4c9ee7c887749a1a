import { assert, describe, it } from "vitest"
import { childLogName, childLogPattern, childLogTag } from "../../src/core/childLogName.ts"

const web = { process: "web_0", channel: "stdout", identifier: "supervisor" } as const

describe("names of child logs", () => {
  it("are supervisord's", () => {
    const tag = childLogTag("0123456789abcdef0123456789abcdef")
    assert.match(tag, /^[a-z0-9_]{8}$/)
    assert.strictEqual(childLogName(web, tag), `web_0-stdout---supervisor-${tag}.log`)
  })

  it("are one harmless component, whatever process and identifier are called", () => {
    const name = childLogName({ ...web, process: "../x/y", identifier: "a/b" }, "t")
    assert.strictEqual(name, ".._x_y-stdout---a_b-t.log")
  })

  it("differ with every bit of the hash's lower half", () => {
    const tags = Array.from({ length: 64 }, (_, bit) =>
      childLogTag((1n << BigInt(bit)).toString(16))
    )
    assert.isAtLeast(new Set(tags).size, 40)
  })

  it("of one's own are known again, also with a backup's number; of an identifier nothing is a wildcard", () => {
    for (const identifier of ["supervisor", "a.b", "x(y)[z]+*?", "a-b/c", "ünï"]) {
      const name = childLogName({ ...web, identifier }, "abc_1234")
      const pattern = childLogPattern(identifier)
      for (const known of [name, `${name}.1`, `${name}.1234`]) assert.match(known, pattern)
    }
    assert.notMatch("web-stdout---aXb-abc.log", childLogPattern("a.b"))
    assert.notMatch("---supervisor-abc.log", childLogPattern("supervisor"))
  })
})
