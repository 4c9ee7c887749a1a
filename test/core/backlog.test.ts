import { assert, describe, it } from "vitest"
import type { Event } from "../../src/domain/Event.ts"
import { Backlog } from "../../src/events/Backlog.ts"

const event = (id: number): Event => ({ id, at: id, body: { kind: "daemon", text: `${id}` } })

describe("events that wait for a reader", () => {
  it("come in the order in which they were published, whatever their ids, and none is missed", () => {
    let woken = 0
    const backlog = new Backlog(1000, () => {
      woken += 1
    })
    const ids = [1, 500, 2, 501, 3]
    for (const id of ids) backlog.add(event(id))
    assert.equal(woken, 1)
    const { events, missed } = backlog.take()
    assert.deepEqual([events.map(({ id }) => id), missed], [ids, 0])
    backlog.add(event(502))
    assert.equal(woken, 2)
    assert.deepEqual(backlog.take(), { events: [event(502)], missed: 0 })
  })

  it("are bounded: the newest stay, and the reader is told how many are gone", () => {
    const backlog = new Backlog(10, () => undefined)
    for (let id = 0; id < 10_000; id += 1) backlog.add(event(id))
    const { events, missed } = backlog.take()
    assert.equal(missed + events.length, 10_000)
    assert.isAtMost(events.length, 10)
    assert.equal(events.at(-1)?.id, 9_999)
    assert.equal(events[0]?.id, missed)
    assert.deepEqual(backlog.take(), { events: [], missed: 0 })
  })
})
