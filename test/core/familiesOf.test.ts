import { assert, describe, it } from "vitest"
import { familiesOf } from "../../src/core/familiesOf.ts"

const kin = (pid: number, parent: number, session = parent, group = session) => ({
  pid,
  parent,
  session,
  group
})

const pids = (leaders: ReadonlyArray<number>, all: ReadonlyArray<ReturnType<typeof kin>>) =>
  Object.fromEntries(
    [...familiesOf(new Set(leaders), all)].map(([leader, found]) => [
      leader,
      found.map(({ pid }) => pid)
    ])
  )

describe("the family of a process", () => {
  it("is its session and its group, also where the parent is gone", () => {
    assert.deepEqual(pids([10], [kin(11, 10), kin(12, 1, 10), kin(13, 1, 5, 10), kin(14, 1, 5)]), {
      10: [11, 12, 13]
    })
  })

  it("is what was started from it, through sessions of their own", () => {
    const all = [kin(11, 10, 11), kin(12, 11, 12), kin(13, 12, 12), kin(20, 1, 20), kin(21, 20)]
    assert.deepEqual(pids([10], all), { 10: [11, 12, 13] })
  })

  it("ends where that of a nearer leader begins, and no leader is in another's", () => {
    const all = [kin(10, 1, 10), kin(20, 10, 20), kin(21, 20, 20), kin(11, 10)]
    assert.deepEqual(pids([10, 20], all), { 10: [11], 20: [21] })
  })

  it("is found in a table that was read while parents changed", () => {
    assert.deepEqual(pids([10], [kin(11, 12, 11), kin(12, 11, 12)]), {})
  })
})
