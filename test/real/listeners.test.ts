import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { describe } from "vitest"
import { remoteEvent } from "../../src/core/listener/payloads.ts"
import type { InstanceSpec } from "../../src/domain/Instance.ts"
import { Events } from "../../src/events/Events.ts"
import { Listeners } from "../../src/events/Listeners.ts"
import { Supervisor } from "../../src/supervise/Supervisor.ts"
import { definitionOf, specOf } from "../core/specOf.ts"
import { Bench } from "../fixtures/listeners/bench.ts"
import { eventually } from "../fixtures/logs/bench.ts"

const origin = { kind: "operator", who: "test" } as const

const begin = Effect.fnUntraced(function* (...specs: ReadonlyArray<InstanceSpec>) {
  const supervisor = yield* Supervisor
  for (const spec of specs) {
    yield* supervisor.add(spec)
    yield* supervisor.start(spec.key, origin, true)
  }
})

const send = (text: string) =>
  Effect.map(Listeners, (listeners) => listeners.notify(remoteEvent("t", text)))

const remotes = (...texts: ReadonlyArray<string>) => texts.map((text) => `type:t\n${text}`)

describe("a listener", () => {
  it.live("gets one event after the other, with serials of all pools and of its own", () => {
    const bench = new Bench()
    return bench.run(
      Effect.gen(function* () {
        yield* send("nobody is there")
        yield* begin(
          bench.listener("mine", ["ok"]),
          bench.listener("ticks", ["ok"], { events: ["TICK_3600"] }),
          bench.listener("all", ["ok"], { events: ["REMOTE_COMMUNICATION", "TICK_3600"] })
        )
        yield* send("a")
        const listeners = yield* Listeners
        listeners.notify({ type: "TICK_3600", payload: "when:0" })
        yield* send("ü")
        yield* eventually("all events", () => bench.got("all").length >= 3)
        yield* eventually("its events", () => bench.got("mine").length === 2)
        yield* eventually("the tick", () => bench.got("ticks").length === 1)
        assert.deepStrictEqual(
          bench.got("mine").map(({ header }) => header),
          [
            "ver:3.0 server:ident serial:0 pool:mine poolserial:0 eventname:REMOTE_COMMUNICATION len:8\n",
            "ver:3.0 server:ident serial:2 pool:mine poolserial:1 eventname:REMOTE_COMMUNICATION len:8\n"
          ]
        )
        assert.deepStrictEqual(bench.payloads("mine"), remotes("a", "ü"))
        assert.deepStrictEqual(bench.payloads("ticks"), ["when:0"])
        assert.match(bench.got("ticks")[0]?.header ?? "", / serial:1 pool:ticks poolserial:0 /)
      })
    )
  })

  it.live("hears what happened since its group was declared, itself included", () => {
    const bench = new Bench()
    return bench.run(
      Effect.gen(function* () {
        const events = yield* Events
        const listeners = yield* Listeners
        const spec = bench.listener("all", ["ok"], {
          events: ["PROCESS_STATE", "PROCESS_GROUP", "SUPERVISOR_STATE_CHANGE"],
          bufferSize: 50
        })
        yield* events.emit({ kind: "group", group: "early", change: "added" })
        listeners.declare([spec, specOf({ name: "late" })])
        yield* events.emit({ kind: "group", group: "all", change: "added" })
        yield* events.emit({ kind: "group", group: "late", change: "added" })
        yield* events.emit({ kind: "supervisor", state: "running" })
        yield* begin(spec)
        yield* eventually("its own start", () => bench.got("all").length >= 5)
        const first = bench.got("all").slice(0, 5)
        assert.deepStrictEqual(
          first.map(({ header }) =>
            header.replace(/.* serial:(\d+) .*eventname:(\S+) .*\n/, "$1 $2")
          ),
          [
            "0 PROCESS_GROUP_ADDED",
            "1 PROCESS_GROUP_ADDED",
            "2 SUPERVISOR_STATE_CHANGE_RUNNING",
            "3 PROCESS_STATE_STARTING",
            "4 PROCESS_STATE_RUNNING"
          ]
        )
        assert.strictEqual(first[0]?.payload, "groupname:all\n")
        assert.strictEqual(
          first[4]?.payload,
          `processname:all groupname:all from_state:STARTING pid:${first[4]?.pid}`
        )
      })
    )
  })

  it.live("that rejects gets the same event again, and no other pool does (G3)", () => {
    const bench = new Bench()
    return bench.run(
      Effect.gen(function* () {
        yield* begin(
          bench.listener("picky", ["fail", "empty", "ok"]),
          bench.listener("other", ["ok"])
        )
        yield* send("a")
        yield* send("b")
        yield* eventually("b", () => bench.payloads("picky").length === 4)
        yield* eventually("the other", () => bench.payloads("other").length === 2)
        assert.deepStrictEqual(bench.payloads("picky"), remotes("a", "a", "a", "b"))
        const [first, second] = bench.got("picky")
        assert.strictEqual(first?.header, second?.header)
        assert.deepStrictEqual(bench.payloads("other"), remotes("a", "b"))
        assert.include(bench.lines, "Warn picky: event was rejected")
      })
    )
  })

  it.live("that breaks the protocol loses its event to another of its pool", () => {
    const bench = new Bench()
    return bench.run(
      Effect.gen(function* () {
        const bad = bench.listener("pool", ["bad"])
        yield* begin(bad, bench.listener("pool", ["ok"], { index: 1 }))
        const listeners = yield* Listeners
        yield* eventually("both ready", () => listeners.phaseOf(bad.key) === "READY")
        yield* send("a")
        yield* send("b")
        yield* eventually("all taken", () => bench.got("pool").length === 3)
        const pids = new Set(bench.got("pool").map(({ pid }) => pid))
        assert.strictEqual(pids.size, 2)
        assert.deepStrictEqual([...bench.payloads("pool")].sort(), remotes("a", "a", "b"))
        assert.strictEqual(listeners.phaseOf(bad.key), "UNKNOWN")
        assert.include(bench.lines, "Warn pool: bad result line: 'RESULT xx'")
        assert.include(
          bench.lines,
          "Warn pool: has entered the UNKNOWN state and will no longer receive events, " +
            "this usually indicates the process violated the eventlistener protocol"
        )
        // It runs on, and takes part again once somebody restarts it.
        const supervisor = yield* Supervisor
        assert.strictEqual((yield* supervisor.get(bad.key)).state, "RUNNING")
        yield* supervisor.restart(bad, origin, true)
        yield* eventually("ready again", () => listeners.phaseOf(bad.key) === "READY")
      })
    )
  })

  it.live("that dies with an event gives it back; one that answered first does not", () => {
    const bench = new Bench()
    return bench.run(
      Effect.gen(function* () {
        yield* begin(bench.listener("dies", ["die"]), bench.listener("answers", ["okdie"]))
        yield* send("a")
        yield* send("b")
        yield* eventually("b was answered", () => bench.got("answers").length === 2)
        yield* eventually("a came again", () => bench.got("dies").length >= 3)
        assert.deepStrictEqual(new Set(bench.payloads("dies")), new Set(remotes("a")))
        assert.deepStrictEqual(bench.payloads("answers"), remotes("a", "b"))
      })
    )
  })

  it.live("that never answers costs others nothing, and of its events only the newest wait", () => {
    const bench = new Bench()
    return bench.run(
      Effect.gen(function* () {
        const deaf = bench.listener("noread", ["deaf"], { bufferSize: 2 })
        yield* begin(
          deaf,
          bench.listener("hangs", ["hang"], { bufferSize: 2 }),
          bench.listener("fine", ["ok"], { bufferSize: 100 })
        )
        const listeners = yield* Listeners
        for (const text of ["a", "b", "c"]) yield* send(text)
        yield* eventually("the others", () => bench.got("fine").length === 3)
        yield* eventually("one is held", () => bench.got("hangs").length === 1)
        assert.strictEqual(listeners.phaseOf(deaf.key), "ACKNOWLEDGED")
        assert.include(bench.lines, "Error pool noread event buffer overflowed, discarding event 0")
      })
    )
  })

  it.live("that floods does not hold up the others", () => {
    const bench = new Bench()
    return bench.run(
      Effect.gen(function* () {
        const flood = bench.listener("flood", ["flood"])
        const garbage = bench.listener("garbage", [], {
          definition: { command: ["/bin/sh", "-c", "exec cat /dev/zero"] }
        })
        yield* begin(flood, garbage, bench.listener("fine", ["ok"], { bufferSize: 1000 }))
        const listeners = yield* Listeners
        yield* eventually("fine", () => listeners.phaseOf(garbage.key) === "UNKNOWN")
        const before = process.memoryUsage.rss()
        for (let count = 0; count < 200; count++) yield* send(String(count))
        yield* eventually("all events", () => bench.got("fine").length === 200)
        assert.isBelow(process.memoryUsage.rss() - before, 150_000_000)
        assert.strictEqual(listeners.phaseOf(flood.key), "UNKNOWN")
      })
    )
  })
})

describe("writing to stdin", () => {
  it.live("keeps the order of more than a pipe takes, for a program that reads late", () => {
    const bench = new Bench()
    return bench.run(
      Effect.gen(function* () {
        const spec = bench.listener("late", [], {
          definition: {
            command: ["/bin/sh", "-c", "sleep 1; head -c 900000 | cksum"],
            restart: { ...definitionOf().restart, when: "never" }
          }
        })
        yield* begin(spec)
        const supervisor = yield* Supervisor
        const piece = new Uint8Array(1000)
        for (let count = 0; count < 900; count++) {
          yield* supervisor.writeStdin(spec.key, piece.fill(count % 251))
        }
        const refused = yield* Effect.flip(
          supervisor.writeStdin(spec.key, new Uint8Array(1_000_000))
        )
        assert.strictEqual(refused._tag, "StdinClosed")
        const ended = yield* supervisor.until(spec.key, ({ exit }) => exit !== null)
        assert.deepStrictEqual(ended.exit, { kind: "code", code: 0 })
      })
    )
  })

  it.live("is refused where there is no process, no pipe, or no reader", () => {
    const bench = new Bench()
    return bench.run(
      Effect.gen(function* () {
        const supervisor = yield* Supervisor
        const none = specOf({ name: "none" }, { command: ["sleep", "100"] })
        const closed = bench.listener("closed", [], {
          definition: { command: ["/bin/sh", "-c", "exec sleep 100 <&-"] }
        })
        const idle = bench.listener("idle", [])
        yield* begin(none, closed)
        yield* supervisor.add(idle)
        const write = (spec: InstanceSpec) =>
          supervisor.writeStdin(spec.key, new Uint8Array(1)).pipe(
            Effect.as("written"),
            Effect.catch(({ _tag }) => Effect.succeed(_tag))
          )
        assert.strictEqual(yield* write(none), "StdinClosed")
        assert.strictEqual(yield* write(idle), "NotRunning")
        assert.strictEqual(yield* write(specOf({ name: "absent" })), "NoSuchInstance")
        let last = ""
        yield* Effect.repeat(
          Effect.andThen(
            Effect.sleep("20 millis"),
            Effect.map(write(closed), (tag) => {
              last = tag
            })
          ),
          { until: () => last === "StdinClosed" }
        ).pipe(Effect.timeout("10 seconds"))
      })
    )
  })
})
