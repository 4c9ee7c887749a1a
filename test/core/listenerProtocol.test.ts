import { describe, expect, it } from "vitest"
import {
  hear,
  type ListenerState,
  lineBytes,
  newListener,
  type Outcome,
  type Phase,
  sent
} from "../../src/core/listener/protocol.ts"
import { Dice } from "../sim/world/Dice.ts"

const bytes = (text: string) => new TextEncoder().encode(text)

const wordsOf = (outcome: Outcome): string => {
  switch (outcome.kind) {
    case "changed":
      return `${outcome.from} -> ${outcome.to}`
    case "badResult":
      return `bad '${outcome.line}'`
    case "processed":
    case "rejected":
      return outcome.kind
  }
}

const said = (outcomes: ReadonlyArray<Outcome>): ReadonlyArray<string> => outcomes.map(wordsOf)

const acknowledged = newListener
const [ready] = hear(newListener, bytes("READY\n"))
const busy = sent(ready)
const [unknown] = hear(newListener, bytes("hello!"))
const states: Readonly<Record<Phase, ListenerState>> = {
  ACKNOWLEDGED: acknowledged,
  READY: ready,
  BUSY: busy,
  UNKNOWN: unknown
}

const rows: ReadonlyArray<readonly [Phase, string, Phase, ReadonlyArray<string>]> = [
  ["ACKNOWLEDGED", "", "ACKNOWLEDGED", []],
  ["ACKNOWLEDGED", "READY", "ACKNOWLEDGED", []],
  ["ACKNOWLEDGED", "xxxxx", "ACKNOWLEDGED", []],
  ["ACKNOWLEDGED", "READY\n", "READY", ["ACKNOWLEDGED -> READY"]],
  ["ACKNOWLEDGED", "READY\r\n", "UNKNOWN", ["ACKNOWLEDGED -> UNKNOWN"]],
  ["ACKNOWLEDGED", "\nREADY\n", "UNKNOWN", ["ACKNOWLEDGED -> UNKNOWN"]],
  ["ACKNOWLEDGED", "READY\nx", "UNKNOWN", ["ACKNOWLEDGED -> READY", "READY -> UNKNOWN"]],
  ["READY", "", "READY", []],
  ["READY", "x", "UNKNOWN", ["READY -> UNKNOWN"]],
  ["READY", "READY\n", "UNKNOWN", ["READY -> UNKNOWN"]],
  ["BUSY", "RESULT 2", "BUSY", []],
  ["BUSY", "RESULT 2\nO", "BUSY", []],
  ["BUSY", "RESULT 2\nOK", "ACKNOWLEDGED", ["processed", "BUSY -> ACKNOWLEDGED"]],
  ["BUSY", "RESULT 4\nFAIL", "ACKNOWLEDGED", ["rejected", "BUSY -> ACKNOWLEDGED"]],
  ["BUSY", "RESULT 3\nOKO", "ACKNOWLEDGED", ["rejected", "BUSY -> ACKNOWLEDGED"]],
  ["BUSY", "RESULT 1\nO", "ACKNOWLEDGED", ["rejected", "BUSY -> ACKNOWLEDGED"]],
  ["BUSY", "RESULT 2\nKO", "ACKNOWLEDGED", ["rejected", "BUSY -> ACKNOWLEDGED"]],
  // G31: supervisord waits for more output here.
  ["BUSY", "RESULT 0\n", "ACKNOWLEDGED", ["rejected", "BUSY -> ACKNOWLEDGED"]],
  [
    "BUSY",
    "RESULT 2\nOKREADY\n",
    "READY",
    ["processed", "BUSY -> ACKNOWLEDGED", "ACKNOWLEDGED -> READY"]
  ],
  [
    "BUSY",
    "RESULT 2\nOK\nREADY\n",
    "UNKNOWN",
    ["processed", "BUSY -> ACKNOWLEDGED", "ACKNOWLEDGED -> UNKNOWN"]
  ],
  ["BUSY", "RESULT xx\n", "UNKNOWN", ["bad 'RESULT xx'", "BUSY -> UNKNOWN"]],
  ["BUSY", "RESULT -1\n", "UNKNOWN", ["bad 'RESULT -1'", "BUSY -> UNKNOWN"]],
  ["BUSY", "\n", "UNKNOWN", ["bad ''", "BUSY -> UNKNOWN"]],
  // G31: supervisord takes this as a result of two bytes.
  ["BUSY", "PORT = 2\nOK", "UNKNOWN", ["bad 'PORT = 2'", "BUSY -> UNKNOWN"]],
  // What real listeners wrote and supervisord took.
  ["BUSY", "RESULT:2\nOK", "ACKNOWLEDGED", ["processed", "BUSY -> ACKNOWLEDGED"]],
  ["BUSY", "RESULT  2 \r\nOK", "ACKNOWLEDGED", ["processed", "BUSY -> ACKNOWLEDGED"]],
  ["BUSY", "result 2\nOK", "ACKNOWLEDGED", ["processed", "BUSY -> ACKNOWLEDGED"]],
  ["UNKNOWN", "READY\n", "UNKNOWN", []],
  ["UNKNOWN", "RESULT 2\nOK", "UNKNOWN", []]
]

describe("the protocol of listeners", () => {
  it.each(rows)("%s: %j leads to %s", (from, text, to, outcomes) => {
    const [next, heard] = hear(states[from], bytes(text))
    expect(next.phase).toBe(to)
    expect(said(heard)).toEqual(outcomes)
  })

  it("an event makes a READY listener BUSY, and no other", () => {
    expect(Object.values(states).map((state) => sent(state).phase)).toEqual([
      "ACKNOWLEDGED",
      "BUSY",
      "BUSY",
      "UNKNOWN"
    ])
  })

  it("a result line that is no text is shown as Python shows it", () => {
    const line = new Uint8Array([...bytes("RESULT "), 0xff, 0x27, 10])
    const [next, heard] = hear(busy, line)
    expect(next.phase).toBe("UNKNOWN")
    expect(said(heard)[0]).toBe(`bad 'Undecodable: b"RESULT \\xff'"'`)
  })

  it("keeps little of a listener that writes without an end", () => {
    let state = busy
    for (let count = 0; count < 100; count++) {
      ;[state] = hear(state, new Uint8Array(10).fill(97))
      expect(state.pending.length).toBeLessThanOrEqual(lineBytes)
    }
    expect(state.phase).toBe("BUSY")
    for (let count = 0; count < 100; count++) [state] = hear(state, new Uint8Array(1000).fill(97))
    expect(state).toEqual({ ...unknown, phase: "UNKNOWN" })
    ;[state] = hear(busy, bytes("RESULT 999999999999\n"))
    for (let count = 0; count < 100; count++) [state] = hear(state, new Uint8Array(1000).fill(97))
    expect(state.phase).toBe("BUSY")
    expect(state.pending.length).toBe(0)
  })

  it("is the same however the bytes are cut into pieces", () => {
    const words = ["READY\n", "READY", "\n", "RESULT 2\nOK", "RESULT ", "4", "FAIL", "0", "x", "é"]
    words.push("a".repeat(lineBytes - 3), "RESULT 2\nO", "K")
    for (let seed = 1; seed <= 2000; seed++) {
      const dice = new Dice(seed)
      const from = dice.pick(Object.values(states))
      const text = bytes(
        Array.from({ length: dice.between(1, 8) }, () => dice.pick(words)).join("")
      )
      let state = from
      const outcomes: Array<Outcome> = []
      for (let at = 0; at < text.length; ) {
        const end = at + dice.between(1, dice.pick([1, 3, text.length]))
        const [next, heard] = hear(state, text.slice(at, end))
        state = next
        outcomes.push(...heard)
        at = end
      }
      expect([state, outcomes]).toEqual(hear(from, text))
    }
  })
})
