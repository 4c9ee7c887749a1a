import { assert, describe, it } from "vitest"
import { besideKey, isBeside, ownKey } from "../../src/core/besideKey.ts"
import { instanceKey } from "../../src/domain/Instance.ts"

describe("the key of what stands beside a process", () => {
  it("tells whose it is, whatever programs are called", () => {
    for (const name of ["web", "web+1", "a+b", "0+x"]) {
      const key = instanceKey(name, name, 3)
      assert.isFalse(isBeside(key), name)
      assert.equal(ownKey(key), key)
      const beside = besideKey(key, "k3-1")
      assert.isTrue(isBeside(beside), name)
      assert.equal(ownKey(beside), key)
    }
  })
})
