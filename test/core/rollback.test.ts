import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { assert, describe, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { Reconciler } from "../../src/reconcile/Reconciler.ts"
import { Store } from "../../src/store/Store.ts"
import { type Bench, booted, layers, newBench, until } from "./planning/reconciling.ts"
import { declare, program } from "./planning/world.ts"

const web = (umask: number | null = null) => program({ name: "web", definition: { umask } })
const states = [declare(web(1)), declare(web(2)), declare(web(3))] as const
const back = (to: number | null = null, who = "ann") => ({
  to,
  who,
  reason: null,
  protectedToo: false,
  wait: true
})
const byHand = { who: "ann", protectedToo: false, wait: true } as const

const list = Effect.flatMap(Store, (store) => store.generations.list(20))
const outcomes = Effect.map(list, (all) =>
  all
    .map(({ number, outcome, rollbackOf, who }) => {
      const origin = rollbackOf === null ? "" : ` of ${rollbackOf}`
      return `${number} ${outcome} ${who}${origin}`
    })
    .reverse()
)

/** Which of the states runs. */
const umaskOf = (bench: Bench) =>
  [...bench.fake.instances.values()].map(({ started }) => started?.definition.umask)

/** Generations 1 and 2, the second runs. */
const two = (bench: Bench) =>
  Effect.gen(function* () {
    const reconciler = yield* booted(bench)
    yield* bench.save(states[1])
    yield* until("applied", () => applied(bench) === 2)
    return reconciler
  })

const applied = (bench: Bench): number =>
  bench.reports.filter(({ kind }) => kind === "applied").length

const saveAndSee = (bench: Bench, files: Bench["files"], what: () => boolean) =>
  Effect.andThen(bench.save(files), until("the save is looked at", what))

describe("a rollback", () => {
  it.effect("goes to the generation before, pins it, and what is saved waits until resume", () => {
    const bench = newBench(states[0])
    return Effect.gen(function* () {
      const reconciler = yield* two(bench)
      assert.deepEqual((yield* reconciler.planRollback(null)).to, 1)
      const done = yield* reconciler.rollback({ ...back(), reason: "2 leaks" })
      assert.deepEqual([done.generation, done.outcome], [3, "applied"])
      assert.deepEqual(umaskOf(bench), [1])
      const { pin } = yield* reconciler.status
      assert.deepInclude(pin, { generation: 1, who: "ann", reason: "2 leaks" })
      const held = () => bench.reports.filter(({ kind }) => kind === "held").length
      yield* saveAndSee(bench, states[2], () => held() === 1)
      assert.deepEqual(umaskOf(bench), [1])
      const { pending } = yield* reconciler.status
      assert.deepEqual(
        pending?.holds.map(({ kind, text }) => [kind, text]),
        [
          [
            "pinned",
            'pinned to generation 1 by ann ("2 leaks"); `reeve resume` applies what the files say'
          ]
        ]
      )
      assert.deepEqual((yield* reconciler.plan).plan.held.length, 1)
      const resumed = yield* reconciler.resume("bea")
      assert.deepEqual(resumed.pin, pin)
      assert.deepEqual([resumed.applied?.generation, resumed.applied?.outcome], [4, "applied"])
      assert.deepEqual(umaskOf(bench), [3])
      assert.isNull((yield* reconciler.resume("bea")).pin)
      assert.deepEqual(yield* outcomes, [
        "1 applied watcher",
        "2 applied watcher",
        "3 applied ann of 1",
        "4 applied watcher"
      ])
    }).pipe(Effect.provide(layers(bench)))
  })

  it.effect("goes on two steps when it is asked for twice, and never to what failed", () => {
    const bench = newBench(states[0])
    return Effect.gen(function* () {
      const reconciler = yield* two(bench)
      bench.fake.fate = () => "exits"
      yield* bench.save(states[2])
      yield* until("applied", () => applied(bench) >= 3)
      yield* Effect.flatMap(Store, ({ generations }) => generations.setOutcome(3, "unhealthy", "x"))
      bench.fake.fate = () => "runs"
      yield* bench.save(declare(web(4)))
      yield* until("applied", () => applied(bench) >= 4)
      yield* reconciler.rollback(back())
      assert.deepEqual((yield* reconciler.status).pin?.generation, 2)
      yield* reconciler.rollback(back())
      assert.deepEqual((yield* reconciler.status).pin?.generation, 1)
      const refused = yield* Effect.flip(reconciler.rollback(back()))
      assert.equal(refused._tag, "NoRollback")
      assert.deepEqual(umaskOf(bench), [1])
    }).pipe(Effect.provide(layers(bench)))
  })

  it.effect("to what is not there, or cannot be read, is a sentence and changes nothing", () => {
    const path = mkdtempSync(join(tmpdir(), "reeve-rollback-"))
    const stateFile = join(path, "state.db")
    const bench = newBench(states[0])
    return Effect.gen(function* () {
      const reconciler = yield* two(bench)
      const missing = yield* Effect.flip(reconciler.rollback(back(9)))
      assert.equal(missing._tag, "NoSuchGeneration")
      const database = new DatabaseSync(stateFile)
      database.exec("UPDATE contents SET rest = '{}' WHERE generation = 1")
      database.close()
      const broken = yield* Effect.flip(reconciler.rollback(back(1)))
      assert.equal(broken._tag, "NoRollback")
      assert.match("text" in broken ? broken.text : "", /^What is stored of generation 1 cannot be/)
      assert.isNull((yield* reconciler.status).pin)
      assert.deepEqual(umaskOf(bench), [2])
      assert.equal((yield* list).length, 2)
    }).pipe(
      Effect.provide(layers(bench, { stateFile })),
      Effect.ensuring(Effect.sync(() => rmSync(path, { recursive: true })))
    )
  })

  it.effect("to what runs pins it without a generation of its own", () => {
    const bench = newBench(states[0])
    return Effect.gen(function* () {
      const reconciler = yield* two(bench)
      assert.deepInclude(yield* reconciler.rollback(back(2)), { generation: 2 })
      assert.equal((yield* reconciler.status).pin?.generation, 2)
      assert.deepEqual(bench.fake.shown(), ["web 2"])
    }).pipe(Effect.provide(layers(bench)))
  })

  it.effect("refuses what `apply` would do, and a group by XML-RPC", () => {
    const bench = newBench(states[0])
    return Effect.gen(function* () {
      const reconciler = yield* two(bench)
      yield* reconciler.rollback(back())
      assert.equal((yield* Effect.flip(reconciler.apply(byHand)))._tag, "Pinned")
      assert.equal((yield* Effect.flip(reconciler.applyGroup("web", "ann")))._tag, "Pinned")
      assert.deepEqual(umaskOf(bench), [1])
    }).pipe(Effect.provide(layers(bench)))
  })

  it.effect("works in manual mode, where resume leaves what the files say pending", () => {
    const bench = newBench(states[0])
    return Effect.gen(function* () {
      const reconciler = yield* booted(bench)
      bench.files = states[1]
      yield* reconciler.apply(byHand)
      yield* reconciler.rollback(back())
      assert.deepEqual(umaskOf(bench), [1])
      const { applied, status } = yield* reconciler.resume("ann")
      assert.isNull(applied)
      assert.deepEqual(
        status.pending?.holds.map(({ kind }) => kind),
        ["manual"]
      )
      assert.deepEqual(umaskOf(bench), [1])
    }).pipe(Effect.provide(layers(bench, { mode: "manual" })))
  })

  it.effect("keeps the guards at resume, and what the files say with errors", () => {
    const bench = newBench(declare(web(1), program({ name: "db" })))
    return Effect.gen(function* () {
      const reconciler = yield* booted(bench)
      yield* bench.save(declare(web(2), program({ name: "db" })))
      yield* until("applied", () => applied(bench) === 2)
      yield* reconciler.rollback(back())
      bench.files = declare()
      const { status } = yield* reconciler.resume("ann")
      assert.deepEqual(
        status.pending?.holds.map(({ kind }) => kind),
        ["massRemoval"]
      )
      yield* reconciler.rollback(back(2))
      bench.files = "broken"
      const again = yield* reconciler.resume("ann")
      assert.equal(again.status.problems.length, 1)
      assert.isNull((yield* reconciler.status).pin)
    }).pipe(Effect.provide(layers(bench)))
  })
})

/** Nothing here waits for more than its turn: until all that was begun waits for the latch, or for that which does. */
const othersGoOn = Effect.forEach(Array.from({ length: 200 }), () => Effect.yieldNow, {
  discard: true
})

describe("rollbacks, saves and applies at the same time", () => {
  /** The next restart waits for the latch. */
  const slow = (bench: Bench) =>
    Effect.gen(function* () {
      const begun = yield* Deferred.make<void>()
      const latch = yield* Deferred.make<void>()
      bench.fake.before = (verb) =>
        verb === "restart"
          ? Effect.andThen(Deferred.succeed(begun, undefined), Deferred.await(latch))
          : Effect.void
      return { begun: Deferred.await(begun), go: Deferred.succeed(latch, undefined) }
    })

  it.effect("end at the rollback that was asked for last", () => {
    const bench = newBench(states[0])
    return Effect.gen(function* () {
      const reconciler = yield* two(bench)
      yield* bench.save(states[2])
      yield* until("applied", () => applied(bench) === 3)
      const { begun, go } = yield* slow(bench)
      const first = yield* Effect.forkChild(reconciler.rollback(back(1, "ann")))
      yield* begun
      const second = yield* Effect.forkChild(Effect.flip(reconciler.rollback(back(1, "bea"))), {
        startImmediately: true
      })
      yield* othersGoOn
      const third = yield* Effect.forkChild(reconciler.rollback(back(2, "cy")), {
        startImmediately: true
      })
      yield* othersGoOn
      yield* go
      assert.equal((yield* Fiber.join(first)).outcome, "superseded")
      assert.equal((yield* Fiber.join(second))._tag, "NoRollback")
      assert.equal((yield* Fiber.join(third)).outcome, "applied")
      assert.deepEqual(umaskOf(bench), [2])
      assert.deepInclude((yield* reconciler.status).pin, { generation: 2, who: "cy" })
    }).pipe(Effect.provide(layers(bench)))
  })

  it.effect("are not disturbed by a save", () => {
    const bench = newBench(states[0])
    return Effect.gen(function* () {
      const reconciler = yield* two(bench)
      const { begun, go } = yield* slow(bench)
      const rolling = yield* Effect.forkChild(reconciler.rollback(back()))
      yield* begun
      yield* bench.save(states[2])
      yield* until("read", () => bench.changes.messages.length === 0)
      yield* go
      assert.equal((yield* Fiber.join(rolling)).outcome, "applied")
      yield* until("pending", () => bench.reports.some(({ kind }) => kind === "held"))
      assert.deepEqual(umaskOf(bench), [1])
    }).pipe(Effect.provide(layers(bench)))
  })

  it.effect("end at once when it is resumed", () => {
    const bench = newBench(states[0])
    return Effect.gen(function* () {
      const reconciler = yield* two(bench)
      const { begun, go } = yield* slow(bench)
      const rolling = yield* Effect.forkChild(reconciler.rollback(back()))
      yield* begun
      const resuming = yield* Effect.forkChild(reconciler.resume("bea"), { startImmediately: true })
      yield* othersGoOn
      yield* go
      assert.equal((yield* Fiber.join(rolling)).outcome, "superseded")
      assert.equal((yield* Fiber.join(resuming)).pin?.generation, 1)
      assert.deepEqual(umaskOf(bench), [2])
      assert.isNull((yield* reconciler.status).pin)
    }).pipe(Effect.provide(layers(bench)))
  })

  it.effect("end the apply of a save that is at work", () => {
    const bench = newBench(states[0])
    return Effect.gen(function* () {
      const reconciler = yield* two(bench)
      const { begun, go } = yield* slow(bench)
      yield* bench.save(states[2])
      yield* begun
      const rolling = yield* Effect.forkChild(reconciler.rollback(back(1)), {
        startImmediately: true
      })
      yield* othersGoOn
      yield* go
      assert.equal((yield* Fiber.join(rolling)).outcome, "applied")
      assert.deepEqual(umaskOf(bench), [1])
      assert.deepEqual((yield* outcomes).slice(2), ["3 superseded watcher", "4 applied ann of 1"])
    }).pipe(Effect.provide(layers(bench)))
  })
})

describe("a pin", () => {
  const inFile = (use: (stateFile: string) => Effect.Effect<void, unknown>) =>
    Effect.suspend(() => {
      const path = mkdtempSync(join(tmpdir(), "reeve-pin-"))
      return Effect.ensuring(
        use(join(path, "state.db")),
        Effect.sync(() => rmSync(path, { recursive: true }))
      )
    })

  it.effect.each(["newer", "broken"] as const)("holds over a new boot with %s files", (kind) =>
    inFile((stateFile) =>
      Effect.gen(function* () {
        const first = newBench(states[0])
        yield* Effect.gen(function* () {
          const reconciler = yield* two(first)
          yield* reconciler.rollback({ ...back(), reason: "2 leaks" })
        }).pipe(Effect.scoped, Effect.provide(layers(first, { stateFile })))

        const second = newBench(kind === "broken" ? "broken" : states[2])
        yield* Effect.gen(function* () {
          const reconciler = yield* Reconciler
          yield* Effect.forkScoped(reconciler.run, { startImmediately: true })
          yield* until("applied", () => applied(second) === 1)
          assert.deepEqual(umaskOf(second), [1])
          assert.include(
            second.reports.flatMap((it) => (it.kind === "pin" ? [it.text] : [])).join(),
            'pinned to generation 1 by ann ("2 leaks")'
          )
          second.files = states[2]
          yield* reconciler.resume("bea")
          assert.deepEqual(umaskOf(second), [3])
        }).pipe(Effect.scoped, Effect.provide(layers(second, { stateFile })))
      })
    )
  )

  it.effect("on what cannot be read any more leaves it to the files", () =>
    inFile((stateFile) =>
      Effect.gen(function* () {
        const first = newBench(states[0])
        yield* Effect.gen(function* () {
          yield* (yield* two(first)).rollback(back())
        }).pipe(Effect.scoped, Effect.provide(layers(first, { stateFile })))
        const database = new DatabaseSync(stateFile)
        database.exec("UPDATE contents SET rest = '{}'")
        database.close()
        const second = newBench(states[2])
        yield* Effect.gen(function* () {
          const reconciler = yield* booted(second)
          assert.deepEqual(umaskOf(second), [3])
          assert.isNull((yield* reconciler.status).pin)
        }).pipe(Effect.scoped, Effect.provide(layers(second, { stateFile })))
      })
    )
  )

  it.effect("comes of a saved plan of a revision, and not where the files say the same", () => {
    const bench = newBench(states[0])
    return Effect.gen(function* () {
      const reconciler = yield* two(bench)
      yield* reconciler.apply({ ...byHand, desired: states[1], revision: "HEAD" })
      assert.isNull((yield* reconciler.status).pin)
      yield* reconciler.apply({ ...byHand, desired: states[2], revision: "v1.2" })
      assert.deepEqual(umaskOf(bench), [3])
      const { pin } = yield* reconciler.status
      assert.deepInclude(pin, { generation: 3, who: "ann", reason: "revision v1.2" })
      yield* reconciler.resume("ann")
      assert.deepEqual(umaskOf(bench), [2])
    }).pipe(Effect.provide(layers(bench)))
  })
})
