import { assert, describe, it } from "@effect/vitest"
import { StartTicks, tickAround } from "../../src/os/StartTicks.ts"

/** A machine whose clock goes on by `stepMicros` with each look, and which shows start times `skew` ticks late. */
const machine = (stepMicros: number, skew = 0) => {
  let at = 1_000_500
  const asked: Array<number> = []
  const ticks = new StartTicks({
    now: () => {
      at += stepMicros
      return at
    },
    read: (pid) => {
      asked.push(pid)
      return Math.floor(at / 10_000) + skew
    }
  })
  const start = (pid: number) => ticks.of(pid, ticks.now())
  return { asked, start }
}

describe("the start time of a new process", () => {
  it("is the tick that its start lay in", () => {
    assert.strictEqual(tickAround(1_000_500, 1_001_200), 100)
  })

  it("is not known where it may have begun in the next tick, or in the one before", () => {
    assert.isNull(tickAround(1_009_500, 1_010_100))
    assert.isNull(tickAround(1_009_500, 1_009_900))
    assert.isNull(tickAround(1_010_100, 1_010_900))
  })

  it("is asked for until the clock has proven right, and then for one of 64", () => {
    const { asked, start } = machine(1)
    const pids = Array.from({ length: 140 }, (_, at) => at)
    assert.deepEqual(
      pids.map(start),
      pids.map(() => 100)
    )
    assert.deepEqual(asked, [0, 1, 2, 66, 130])
  })

  it("is always asked for where the kernel counts otherwise", () => {
    const { asked, start } = machine(10, 7)
    assert.deepEqual([1, 2, 3, 4, 5].map(start), [107, 107, 107, 107, 107])
    assert.lengthOf(asked, 5)
  })

  it("is always asked for where a start takes longer than a tick", () => {
    const { asked, start } = machine(11_000)
    for (let pid = 1; pid <= 100; pid++) start(pid)
    assert.lengthOf(asked, 100)
  })
})
