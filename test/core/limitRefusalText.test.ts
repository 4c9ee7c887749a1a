import { assert, describe, it } from "vitest"
import { limitRefusalText } from "../../src/core/limitRefusalText.ts"
import { definition } from "./planning/world.ts"

describe("limitRefusalText", () => {
  const declared = { ...definition.limits, coreSize: 1_048_576, nice: -5 }

  it("names field, value as people write it, process and errno, for each field", () => {
    const refusals = [
      { field: "coreSize", pid: 41, errno: "EPERM" },
      { field: "nice", pid: 42, errno: "EACCES" }
    ] as const
    assert.strictEqual(
      limitRefusalText(refusals, declared),
      "limits.coreSize cannot be changed to 1MB in pid 41: EPERM; " +
        "limits.nice cannot be changed to -5 in pid 42: EACCES; the next start has what is declared"
    )
  })

  it("says whose value it is where none is declared", () => {
    assert.strictEqual(
      limitRefusalText([{ field: "openFiles", pid: 41, errno: "EPERM" }], declared),
      "limits.openFiles cannot be changed to that of reeve in pid 41: EPERM; the next start has what is declared"
    )
  })
})
