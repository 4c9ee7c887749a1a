import { describe, expect, it } from "vitest"
import { envelope } from "../../src/core/listener/envelope.ts"
import {
  communicationEvent,
  listenerEventOf,
  logEvent,
  namesOf,
  remoteEvent
} from "../../src/core/listener/payloads.ts"
import { subscription } from "../../src/core/listener/subscription.ts"
import { ticksBetween, untilNextTick } from "../../src/core/listener/ticks.ts"
import type { EventBody } from "../../src/domain/Event.ts"
import { address, instanceKey } from "../../src/domain/Instance.ts"
import type { State } from "../../src/domain/State.ts"

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes)
const bytes = (content: string) => new TextEncoder().encode(content)

const state = (from: State, to: State, parts: Partial<EventBody & { kind: "state" }> = {}) =>
  listenerEventOf({
    kind: "state",
    instance: instanceKey("g", "p", 0),
    address: address("g", "p_0"),
    from,
    to,
    pid: null,
    reason: null,
    generation: null,
    failures: 0,
    ...parts
  })

const exited = (expected: boolean) =>
  ({ kind: "exited", status: { kind: "code", code: 7 }, expected }) as const

describe("payloads", () => {
  it.each([
    [state("STOPPED", "STARTING"), "PROCESS_STATE_STARTING", "from_state:STOPPED tries:0"],
    [
      state("BACKOFF", "STARTING", { failures: 2 }),
      "PROCESS_STATE_STARTING",
      "from_state:BACKOFF tries:2"
    ],
    [
      state("STARTING", "BACKOFF", { failures: 1 }),
      "PROCESS_STATE_BACKOFF",
      "from_state:STARTING tries:1"
    ],
    [
      state("STARTING", "RUNNING", { pid: 12 }),
      "PROCESS_STATE_RUNNING",
      "from_state:STARTING pid:12"
    ],
    [
      state("RUNNING", "STOPPING", { pid: 12 }),
      "PROCESS_STATE_STOPPING",
      "from_state:RUNNING pid:12"
    ],
    [
      state("STOPPING", "STOPPED", { pid: 12 }),
      "PROCESS_STATE_STOPPED",
      "from_state:STOPPING pid:12"
    ],
    [state("BACKOFF", "STOPPED"), "PROCESS_STATE_STOPPED", "from_state:BACKOFF pid:0"],
    [
      state("RUNNING", "EXITED", { pid: 12, reason: exited(false) }),
      "PROCESS_STATE_EXITED",
      "from_state:RUNNING expected:0 pid:12"
    ],
    [
      state("RUNNING", "EXITED", { pid: 12, reason: exited(true) }),
      "PROCESS_STATE_EXITED",
      "from_state:RUNNING expected:1 pid:12"
    ],
    [state("BACKOFF", "FATAL"), "PROCESS_STATE_FATAL", "from_state:BACKOFF"],
    [state("STOPPING", "UNKNOWN", { pid: 12 }), "PROCESS_STATE_UNKNOWN", "from_state:STOPPING"]
  ])("a change of state: %j", (event, type, rest) => {
    expect(event).toEqual({ type, payload: `processname:p_0 groupname:g ${rest}` })
  })

  it("groups and the supervisor", () => {
    expect(listenerEventOf({ kind: "group", group: "all", change: "added" })).toEqual({
      type: "PROCESS_GROUP_ADDED",
      payload: "groupname:all\n"
    })
    expect(listenerEventOf({ kind: "supervisor", state: "stopping" })).toEqual({
      type: "SUPERVISOR_STATE_CHANGE_STOPPING",
      payload: ""
    })
    expect(listenerEventOf({ kind: "daemon", text: "x" })).toBeNull()
  })

  it("output, communication, and what is no text", () => {
    const names = namesOf(address("web", "web"))
    expect(logEvent(names, "stderr", 5, bytes("a\nb"))).toEqual({
      type: "PROCESS_LOG_STDERR",
      payload: "processname:web groupname:web pid:5 channel:stderr\na\nb"
    })
    expect(communicationEvent(names, "stdout", 5, bytes("ü"))).toEqual({
      type: "PROCESS_COMMUNICATION_STDOUT",
      payload: "processname:web groupname:web pid:5\nü"
    })
    const broken = new Uint8Array([0xff, 0x0a, 0x27, 0x22, 0x5c, 0x09, 0x41])
    expect(communicationEvent(names, "stdout", 5, broken).payload).toBe(
      `processname:web groupname:web pid:5\nUndecodable: b'\\xff\\n\\'"\\\\\\tA'`
    )
  })
})

describe("the envelope", () => {
  const to = { server: "ident", pool: "all", serial: 39, poolSerial: 7, tellsBytes: true }

  it("is one line and the payload", () => {
    const event = { type: "PROCESS_GROUP_ADDED", payload: "groupname:all\n" } as const
    expect(text(envelope(event, to))).toBe(
      "ver:3.0 server:ident serial:39 pool:all poolserial:7 eventname:PROCESS_GROUP_ADDED len:14\ngroupname:all\n"
    )
  })

  it("len counts characters, and bytes are told where they are more and the listener is reeve's own", () => {
    expect(text(envelope(remoteEvent("ty", "ünï"), { ...to, tellsBytes: false }))).toBe(
      "ver:3.0 server:ident serial:39 pool:all poolserial:7 eventname:REMOTE_COMMUNICATION len:11\ntype:ty\nünï"
    )
    expect(text(envelope(remoteEvent("ty", "ünï😀"), to))).toBe(
      "ver:3.0 server:ident serial:39 pool:all poolserial:7 eventname:REMOTE_COMMUNICATION bytes:17 len:12\ntype:ty\nünï😀"
    )
  })
})

describe("subscriptions", () => {
  it("a parent stands for all below it", () => {
    expect([...subscription(["tick", "PROCESS_LOG"])].sort()).toEqual([
      "PROCESS_LOG_STDERR",
      "PROCESS_LOG_STDOUT",
      "TICK_3600",
      "TICK_5",
      "TICK_60"
    ])
    expect(subscription(["EVENT"]).size).toBe(20)
    expect([...subscription(["PROCESS_STATE"])]).toHaveLength(8)
    expect([...subscription(["PROCESS_STATE_EXITED"])]).toEqual(["PROCESS_STATE_EXITED"])
  })
})

describe("ticks", () => {
  const at = 1_700_000_400_000

  it("come where a slice of time begins, and those that were missed do not", () => {
    expect(ticksBetween(at, at + 4_999)).toEqual([])
    expect(ticksBetween(at - 1, at)).toEqual(
      [
        { type: "TICK_5", payload: `when:${at / 1000}` },
        { type: "TICK_60", payload: `when:${at / 1000}` },
        { type: "TICK_3600", payload: `when:${at / 1000}` }
      ].filter(({ type }) => type !== "TICK_3600" || (at / 1000) % 3600 === 0)
    )
    expect(ticksBetween(at, at + 100_000).map(({ payload }) => payload)).toEqual([
      `when:${at / 1000 + 100}`,
      `when:${at / 1000 + 60}`
    ])
  })

  it("are waited for no longer than needed", () => {
    expect(untilNextTick(at)).toBe(5_000)
    expect(untilNextTick(at + 4_999)).toBe(1)
  })
})
