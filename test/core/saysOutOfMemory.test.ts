import { assert, describe, it } from "vitest"
import { saysOutOfMemory } from "../../src/core/saysOutOfMemory.ts"

describe("what Node prints before its end", () => {
  it.each([
    "FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory",
    "FATAL ERROR: NewSpace::EnsureCurrentCapacity Allocation failed - process out of memory",
    "#\n# Fatal process OOM in MemoryChunk allocation failed during deserialization.\n#",
    "#\n# Fatal JavaScript OOM in CALL_AND_RETRY_LAST\n#"
  ])("tells of memory: %s", (text) => {
    assert.isTrue(saysOutOfMemory(text))
  })

  it.each(["ROOM in the house", "Fatal error in , line 0", ""])("does not: %s", (text) => {
    assert.isFalse(saysOutOfMemory(text))
  })
})
