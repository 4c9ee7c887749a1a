import { describe, expect, it } from "vitest"
import { remoteEvent } from "../../src/core/listener/payloads.ts"
import type { InstanceSpec } from "../../src/domain/Instance.ts"
import { Switchboard } from "../../src/events/Switchboard.ts"
import { specOf } from "./specOf.ts"

const bytes = (text: string) => new TextEncoder().encode(text)

const listener = (group: string, index = 0, bufferSize = 10, events = ["REMOTE_COMMUNICATION"]) =>
  specOf(
    { name: `${group}${index}`, group, program: group, index },
    { listener: { events, bufferSize } }
  )

/** A board with these listeners, all of them ready. */
const boardOf = (...specs: ReadonlyArray<InstanceSpec>) => {
  const board = new Switchboard(() => undefined)
  for (const spec of specs) {
    board.join(spec)
    board.runs(spec.key, `${spec.name}.stdout`)
    board.heard(spec.key, `${spec.name}.stdout`, bytes("READY\n"))
  }
  return board
}

const send = (board: Switchboard, ...texts: ReadonlyArray<string>) => {
  for (const text of texts) board.notify(remoteEvent("t", text))
}

/** Who gets what next: `name serial/poolSerial`. */
const dispatched = (board: Switchboard, group: string): ReadonlyArray<string> => {
  const pool = board.pools.get(group)
  const found: Array<string> = []
  const none = new Set<never>()
  for (let next = pool?.next(none); next; next = pool?.next(none)) {
    found.push(`${next.member.spec.name} ${next.queued.serial}/${next.queued.poolSerial}`)
  }
  return found
}

const says = (board: Switchboard, spec: InstanceSpec, text: string) =>
  board.heard(spec.key, `${spec.name}.stdout`, bytes(text))

const first = listener("a", 0)
const second = listener("a", 1)

describe("pools", () => {
  it("the first of a pool that is free takes an event, and each takes one", () => {
    const board = boardOf(second, first)
    send(board, "1", "2", "3")
    expect(dispatched(board, "a")).toEqual(["a0 0/0", "a1 1/1"])
    says(board, second, "RESULT 2\nOKREADY\n")
    expect(dispatched(board, "a")).toEqual(["a1 2/2"])
  })

  it("an event that nobody hears of takes no number", () => {
    const board = boardOf(first, listener("b", 0, 10, ["TICK_5"]))
    board.notify({ type: "TICK_60", payload: "when:0" })
    send(board, "1")
    board.notify({ type: "TICK_5", payload: "when:0" })
    expect(dispatched(board, "a")).toEqual(["a0 0/0"])
    expect(dispatched(board, "b")).toEqual(["b0 1/0"])
  })

  it("a rejected event comes back to its own pool alone, before the others", () => {
    const other = listener("b")
    const board = boardOf(first, other)
    send(board, "1", "2")
    expect(dispatched(board, "a")).toEqual(["a0 0/0"])
    says(board, first, "RESULT 4\nFAILREADY\n")
    expect(dispatched(board, "a")).toEqual(["a0 0/0"])
    expect(dispatched(board, "b")).toEqual(["b0 0/0"])
    says(board, other, "RESULT 2\nOKREADY\n")
    expect(dispatched(board, "b")).toEqual(["b0 1/1"])
  })

  it("a full buffer loses its oldest", () => {
    const board = boardOf(listener("a", 0, 2))
    send(board, "1", "2", "3", "4")
    expect(dispatched(board, "a")).toEqual(["a0 2/2"])
  })

  it("an event whose listener ended waits again; the words of the dead count for nothing", () => {
    const board = boardOf(first)
    send(board, "1")
    expect(dispatched(board, "a")).toEqual(["a0 0/0"])
    board.runs(first.key, null)
    board.ended(first.key, "a0.stdout")
    board.runs(first.key, "next.stdout")
    says(board, first, "READY\n")
    expect(dispatched(board, "a")).toEqual([])
    board.heard(first.key, "next.stdout", bytes("READY\n"))
    expect(dispatched(board, "a")).toEqual(["a0 0/0"])
  })

  it("a listener whose stdin takes nothing is passed over, and waits as before", () => {
    const board = boardOf(first, second)
    send(board, "1")
    const pool = board.pools.get("a")
    const next = pool?.next(new Set())
    if (!pool || !next) throw new Error("nothing to send")
    pool.refused(next)
    expect(pool.next(new Set([next.member]))?.member.spec.name).toBe("a1")
    expect(next.member.lives.get("a0.stdout")?.phase).toBe("READY")
  })

  it("a renamed listener keeps its event, and its place in the protocol", () => {
    const board = boardOf(first)
    send(board, "1")
    expect(dispatched(board, "a")).toEqual(["a0 0/0"])
    const renamed = listener("a", 5)
    board.rename(first.key, renamed)
    expect(board.isListener(first.key)).toBe(false)
    board.heard(renamed.key, "a0.stdout", bytes("RESULT 2\nOKREADY\n"))
    send(board, "2")
    expect(dispatched(board, "a")).toEqual(["a5 1/1"])
  })

  it("a declared pool keeps events from its group's beginning on, and goes with the group", () => {
    const board = new Switchboard(() => undefined)
    board.declare([first, specOf({ name: "plain" })])
    send(board, "early")
    expect(board.groupAdded("a")).toBe(true)
    expect(board.groupAdded("a")).toBe(false)
    send(board, "kept")
    board.join(first)
    board.runs(first.key, "x.stdout")
    board.heard(first.key, "x.stdout", bytes("READY\n"))
    expect(dispatched(board, "a")).toEqual(["a0 0/0"])
    expect(board.groupRemoved("a")).toBe(true)
    expect(board.groupRemoved("a")).toBe(false)
    expect(board.wants("REMOTE_COMMUNICATION")).toBe(false)
  })

  it("a pool that is declared before its predecessor's end is heard of hears of its own beginning", () => {
    const board = new Switchboard(() => undefined)
    board.declare([first])
    board.groupAdded("a")
    board.declare([first])
    expect(board.groupRemoved("a")).toBe(true)
    expect(board.groupAdded("a")).toBe(true)
    expect(board.wants("REMOTE_COMMUNICATION")).toBe(true)
  })
})
