import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type { ActualInstance, ScaleOverride } from "../../src/domain/Actual.ts"
import { type InstanceKey, instanceKey } from "../../src/domain/Instance.ts"
import { noTerms } from "../../src/domain/Terms.ts"
import { NoSuchName, Operator, type Row } from "../../src/reconcile/Operator.ts"
import { Store } from "../../src/store/Store.ts"
import { needs } from "./dependency/dependencyOf.ts"
import { type Bench, booted, layers, newBench, until } from "./planning/reconciling.ts"
import { declare, definition, processOf, program } from "./planning/world.ts"

const scaled = (scales: ReadonlyArray<ScaleOverride>) =>
  declare(
    program({ name: "web", instances: scales.find((it) => it.program === "web")?.instances ?? 2 }),
    program({ name: "cron", definition: { start: { ...definition.start, auto: false } } })
  )
const told = (rows: ReadonlyArray<Row>) =>
  rows.map(({ address, outcome, text }) => `${address} ${outcome}: ${text}`)

const chain = (onLoss: "keep" | "stop") =>
  declare(
    program({ name: "db" }),
    program({ name: "web", definition: { dependsOn: needs({ db: { when: "ready", onLoss } }) } })
  )
const web = instanceKey("web", "web", 0)
const get = ({ fake }: Bench, key: InstanceKey): ActualInstance => {
  const found = fake.instances.get(key)
  assert.isDefined(found)
  return found
}
const changed = (bench: Bench, to: Partial<ActualInstance>): void => {
  bench.fake.instances.set(web, { ...get(bench, web), ...to })
}
const hasEnded = {
  state: "EXITED",
  reason: { kind: "exited", status: { kind: "code", code: 0 }, expected: true }
} as const

describe("operator", () => {
  it.effect("stops until released, whatever is saved or looked at meanwhile", () => {
    const bench = newBench(scaled)
    return Effect.gen(function* () {
      const reconciler = yield* booted(bench)
      const operator = yield* Operator
      assert.deepEqual(told(yield* operator.stop(["web:0"], "ann")), ["web:0 done: stopped"])
      yield* reconciler.look
      assert.deepEqual(bench.fake.shown(), ["cron STOPPED", "web:0 STOPPED", "web:1 2"])
      const [drift] = (yield* reconciler.plan).plan.drift
      assert.strictEqual(drift?.text, "stopped by ann; held until released")
      assert.deepEqual(told(yield* operator.stop(["web:0"], "ann")), [
        "web:0 already: already stopped; held until released"
      ])
      assert.deepEqual(told(yield* operator.release(["web"], "bob")), ["web:0 done: released"])
      assert.deepEqual(bench.fake.shown(), ["cron STOPPED", "web:0 3", "web:1 2"])
      assert.deepEqual(told(yield* operator.release(["web:0"], "bob")), [
        "web:0 already: nothing holds it"
      ])
      assert.deepEqual(
        bench.events.flatMap((it) =>
          it.kind === "override" ? [`${it.address} ${it.text} (${it.who})`] : []
        ),
        ["web:0 stopped; held until released (ann)", "web:0 released (bob)"]
      )
    }).pipe(Effect.provide(layers(bench)))
  })

  it.effect("starts what is stopped, and holds up what the files do not start", () => {
    const bench = newBench(scaled)
    return Effect.gen(function* () {
      yield* booted(bench)
      const operator = yield* Operator
      yield* operator.stop(["all"], "ann")
      assert.deepEqual(told(yield* operator.start(["all"], "bob", true)), [
        "cron done: started",
        "web:0 done: started",
        "web:1 done: started"
      ])
      assert.deepEqual(told(yield* operator.start(["web:1"], "bob", true)), [
        "web:1 already: already running (pid 5)"
      ])
      const overrides = [...bench.fake.instances.values()].map((it) => it.override?.kind ?? null)
      assert.deepEqual(overrides.sort(), [null, null, "started"].sort())
    }).pipe(Effect.provide(layers(bench)))
  })

  it.effect("restarts with the specification that is applied", () => {
    const bench = newBench(scaled)
    return Effect.gen(function* () {
      yield* booted(bench)
      const operator = yield* Operator
      assert.deepEqual(told(yield* operator.restart(["web"], "ann", true)), [
        "web:0 done: restarted",
        "web:1 done: restarted"
      ])
      bench.fake.fate = () => "fails"
      yield* operator.restart(["web:0"], "ann", true)
      assert.deepEqual(bench.fake.shown(), ["cron STOPPED", "web:0 FATAL", "web:1 4"])
    }).pipe(Effect.provide(layers(bench)))
  })

  it.effect.each(["auto", "manual"] as const)("scales until released, in %s mode", (mode) => {
    const bench = newBench(scaled)
    return Effect.gen(function* () {
      yield* booted(bench)
      const operator = yield* Operator
      assert.deepEqual(told(yield* operator.scale("web", 4, "ann")), ["web done: scaled to 4"])
      assert.deepEqual(bench.fake.shown(), [
        "cron STOPPED",
        "web:0 1",
        "web:1 2",
        "web:2 3",
        "web:3 4"
      ])
      assert.deepEqual(told(yield* operator.scale("web", 4, "ann")), [
        "web already: already scaled to 4"
      ])
      assert.deepEqual(told(yield* operator.release(["web"], "ann")), [
        "web done: number of instances released"
      ])
      assert.deepEqual(bench.fake.shown(), ["cron STOPPED", "web:0 1", "web:1 2"])
      assert.deepEqual(yield* (yield* Store).overrides.scales, [])
    }).pipe(Effect.provide(layers(bench, { mode })))
  })

  it.effect("forgets a number of instances with its program", () => {
    const bench = newBench(scaled)
    return Effect.gen(function* () {
      yield* booted(bench)
      const operator = yield* Operator
      yield* operator.scale("web", 4, "ann")
      const cron = program({
        name: "cron",
        definition: { start: { ...definition.start, auto: false } }
      })
      yield* bench.save(declare(cron))
      const applies = () => bench.reports.filter(({ kind }) => kind === "applied").length
      const before = applies()
      yield* until("web is gone", () => applies() > before)
      yield* bench.save(scaled)
      yield* until("web is back", () => bench.fake.shown().length > 1)
      assert.deepEqual(bench.fake.shown(), ["cron STOPPED", "web:0 5", "web:1 6"])
      assert.deepEqual(yield* (yield* Store).overrides.scales, [])
    }).pipe(Effect.provide(layers(bench)))
  })

  it.effect("says why a number of instances is refused or must wait", () => {
    const bench = newBench(scaled)
    return Effect.gen(function* () {
      yield* booted(bench)
      const operator = yield* Operator
      assert.deepEqual(told(yield* operator.scale("web", 0, "ann")), [
        "web failed: 0 is no whole number from 1 to 1024"
      ])
      yield* bench.save("broken")
      assert.deepEqual(told(yield* operator.scale("web", 3, "ann")), [
        "web failed: recorded, but 2 of 3 instances exist: the files have errors; it is done once they are good"
      ])
    }).pipe(Effect.provide(layers(bench)))
  })

  it.effect("refuses to scale what comes from an ini file", () => {
    const ini = program({ name: "web" })
    const instances = ini.instances.map((spec) => ({ ...spec, origin: "ini" as const }))
    const bench = newBench(declare({ ...ini, origin: "ini", instances }))
    return Effect.gen(function* () {
      yield* booted(bench)
      const operator = yield* Operator
      assert.deepEqual(told(yield* operator.scale("web", 2, "ann")), [
        "web failed: it comes from an ini file: set numprocs there instead"
      ])
    }).pipe(Effect.provide(layers(bench)))
  })

  it.effect("touches nothing when one name is unknown", () => {
    const bench = newBench(scaled)
    return Effect.gen(function* () {
      yield* booted(bench)
      const operator = yield* Operator
      const refused = yield* Effect.flip(operator.stop(["web", "crom"], "ann"))
      assert.instanceOf(refused, NoSuchName)
      assert.deepEqual([refused.name, refused.suggestions], ["crom", ["cron"]])
      assert.deepEqual(bench.fake.shown(), ["cron STOPPED", "web:0 1", "web:1 2"])
    }).pipe(Effect.provide(layers(bench)))
  })

  it.effect("leaves what a later command names to that, also while it waits for its turn", () => {
    const bench = newBench(
      declare(program({ name: "db" }), {
        ...program({ name: "web", definition: { dependsOn: needs({ db: "ready" }) } })
      })
    )
    return Effect.gen(function* () {
      yield* booted(bench)
      const operator = yield* Operator
      yield* operator.stop(["all"], "ann")
      const late: Array<ReadonlyArray<string>> = []
      bench.fake.before = (verb, key) =>
        verb === "start" && key === "db/db/0"
          ? operator.stop(["web"], "bob").pipe(
              Effect.orDie,
              Effect.flatMap((rows) => Effect.sync(() => late.push(told(rows)))),
              Effect.asVoid
            )
          : Effect.void
      assert.deepEqual(told(yield* operator.start(["web"], "ann", false)), [
        "db done: started; web needs it",
        "web failed: left to a later command"
      ])
      assert.deepEqual(late, [["web already: already stopped; held until released"]])
      assert.deepEqual(bench.fake.shown(), ["db 3", "web STOPPED"])
    }).pipe(Effect.provide(layers(bench)))
  })

  it.effect("does not start again what ended by itself while what it needs was stopped", () => {
    const bench = newBench(chain("stop"))
    return Effect.gen(function* () {
      yield* booted(bench)
      const operator = yield* Operator
      bench.fake.before = (verb, key) =>
        Effect.sync(() => {
          if (verb === "stop" && key === web) changed(bench, { ...hasEnded, process: null })
        })
      yield* operator.stop(["db"], "ann")
      assert.deepEqual(bench.fake.shown(), ["db STOPPED", "web EXITED"])
    }).pipe(Effect.provide(layers(bench)))
  })

  it.effect("leaves alone what needs something that is stopped, and is down already", () => {
    const bench = newBench(chain("stop"))
    return Effect.gen(function* () {
      yield* booted(bench)
      const operator = yield* Operator
      const db = instanceKey("db", "db", 0)
      bench.fake.instances.set(db, { ...get(bench, db), ...hasEnded, process: null })
      assert.deepEqual(told(yield* operator.stop(["db"], "ann")), [
        "db already: already stopped; held until released"
      ])
      assert.deepEqual(bench.fake.shown(), ["db EXITED", "web 2"])
    }).pipe(Effect.provide(layers(bench)))
  })

  it.effect("does not restart what got a new process while the restart waited with it", () => {
    const bench = newBench(chain("keep"))
    return Effect.gen(function* () {
      yield* booted(bench)
      const operator = yield* Operator
      bench.fake.before = (verb) =>
        Effect.sync(() => {
          if (verb === "until")
            changed(bench, { process: processOf(get(bench, web).spec, 7), starts: 2 })
        })
      assert.deepEqual(told(yield* operator.restart(["web"], "ann", false)), [
        "web done: restarted"
      ])
      assert.deepEqual(bench.fake.shown(), ["db 1", "web 7"])
    }).pipe(Effect.provide(layers(bench)))
  })

  it.effect("does not hold what a restart leaves running, though a stop was to come", () => {
    const bench = newBench(chain("keep"))
    return Effect.gen(function* () {
      yield* booted(bench)
      const operator = yield* Operator
      const db = instanceKey("db", "db", 0)
      bench.fake.instances.set(db, { ...get(bench, db), state: "FATAL", process: null })
      const stopped = { key: web, kind: "stopped", who: "ann", at: 1, ...noTerms } as const
      changed(bench, { override: stopped })
      bench.fake.fate = () => "fails"
      assert.deepEqual(told(yield* operator.restart(["web"], "bob", false)), [
        "db done: started; web needs it",
        "web failed: it waits for db to be ready; it runs on as it was"
      ])
      assert.isNull(get(bench, web).override)
      assert.deepEqual(bench.fake.shown(), ["db FATAL", "web 2"])
    }).pipe(Effect.provide(layers(bench)))
  })

  it.effect("holds all that it stops before it stops the first", () => {
    const bench = newBench(scaled)
    return Effect.gen(function* () {
      yield* booted(bench)
      const operator = yield* Operator
      const held: Array<ReadonlyArray<string>> = []
      bench.fake.before = () =>
        Effect.sync(() => {
          const all = [...bench.fake.instances.values()]
          held.push(all.flatMap(({ override, spec }) => (override === null ? [] : [spec.address])))
        })
      yield* operator.stop(["web"], "ann")
      assert.deepEqual(held, [
        ["web:0", "web:1"],
        ["web:0", "web:1"]
      ])
    }).pipe(Effect.provide(layers(bench)))
  })

  it.effect("signals, and says where there is no such signal", () => {
    const bench = newBench(scaled)
    return Effect.gen(function* () {
      yield* booted(bench)
      const operator = yield* Operator
      assert.deepEqual(told(yield* operator.signal("HUP", ["web:0"], "process", "ann")), [
        "web:0 done: signalled"
      ])
      assert.deepEqual(told(yield* operator.signal("NOPE", ["web:0"], "process", "ann")), [
        "web:0 failed: there is no signal NOPE"
      ])
    }).pipe(Effect.provide(layers(bench)))
  })
})
