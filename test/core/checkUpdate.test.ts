import { assert, describe, it } from "vitest"
import { checkUpdate } from "../../src/config/checkUpdate.ts"
import { type Update, usualUpdate } from "../../src/domain/Update.ts"
import { specOf } from "./specOf.ts"

const check = (update: Partial<Update>, withinMs: number | null = null, count = 2) => {
  const ready = withinMs === null ? null : ({ kind: "notify", fd: null, withinMs } as const)
  const spec = specOf({ name: "web" }, { update: { ...usualUpdate, ...update }, ready })
  const { group, origin, program: name, source } = spec
  const instances = Array.from({ length: count }, () => spec)
  return checkUpdate([{ group, name, origin, source, instances }]).map(
    ({ message, path, severity }) => `${severity} ${path.join(".")}: ${message}`
  )
}

describe("a check of the times of an update", () => {
  it("refuses a minReady that no deadline leaves time for", () => {
    const message =
      "error update.minReady: an update fails after 1m without progress (deadline), and nothing counts before 2m"
    assert.deepEqual(check({ minReadyMs: 120_000, deadlineMs: 60_000 }), [message])
    assert.deepEqual(check({ minReadyMs: 60_000, deadlineMs: 60_000 }).length, 1)
    assert.deepEqual(check({ minReadyMs: 600_000 }).length, 1)
    assert.deepEqual(check({ minReadyMs: 59_999, deadlineMs: 60_000 }), [])
  })

  it("warns of a deadline that is over before a process may have failed", () => {
    const message =
      "warning ready.within: an update fails after 1m without progress (update.deadline): before 2m are over"
    assert.deepEqual(check({ deadlineMs: 60_000 }, 120_000), [message])
    assert.deepEqual(check({ deadlineMs: 60_000, rollback: true }, 120_000, 1), [message])
    assert.deepEqual(check({ deadlineMs: 60_000 }, 120_000, 1), [])
    assert.deepEqual(check({}, 120_000), [])
  })
})
