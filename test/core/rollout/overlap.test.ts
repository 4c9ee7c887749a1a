import { assert, describe, it } from "vitest"
import { plan } from "../../../src/core/plan.ts"
import { usualUpdate } from "../../../src/domain/Update.ts"
import { allRunning, confirmed, declare, program } from "../planning/world.ts"

const declared = (host: string, instances: number, backlog: number | null = null) => {
  const at = { kind: "tcp", host, port: 80, backlog } as const
  const update = { ...usualUpdate, strategy: "overlap" } as const
  const sockets = [{ name: "http", at }]
  return declare(program({ name: "web", instances, definition: { sockets, update } }))
}

/** Whether each restart of an update from one to the other is one with overlap. */
const overlapOf = (from: ReturnType<typeof declared>, to: ReturnType<typeof declared>) =>
  plan(to, allRunning(from), confirmed).actions.flatMap((action) =>
    action.kind === "restart" ? [action.overlap] : []
  )

describe("an update with overlap", () => {
  it("is a plain restart of a single instance whose new socket cannot be beside its old one", () => {
    const one = declared("127.0.0.1", 1)
    assert.deepEqual(overlapOf(one, declared("", 1)), [false])
    assert.deepEqual(overlapOf(declared("", 1), one), [false])
    assert.deepEqual(overlapOf(one, declared("127.0.0.2", 1)), [true])
    assert.deepEqual(overlapOf(one, declared("127.0.0.1", 1, 7)), [true])
  })

  it("leaves the others of several serving, where the first finds its address taken", () => {
    assert.deepEqual(overlapOf(declared("127.0.0.1", 2), declared("", 2)), [true, true])
  })
})
