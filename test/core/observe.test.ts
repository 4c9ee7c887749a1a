import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { plan } from "../../src/core/plan.ts"
import { unattended } from "../../src/core/planFacts.ts"
import { InstanceKey } from "../../src/domain/Instance.ts"
import { noTerms } from "../../src/domain/Terms.ts"
import { Proc } from "../../src/os/Proc.ts"
import { observeStore } from "../../src/reconcile/observe.ts"
import type { InstanceRecord, ProcessRecord } from "../../src/store/Store.ts"
import { StoreReader } from "../../src/store/StoreReader.ts"
import { lines } from "./planning/lines.ts"
import { declare, processOf, program } from "./planning/world.ts"
import { resumptionAtRest } from "./resumptionAtRest.ts"

const desired = declare(...["dead", "held", "lives", "reused"].map((name) => program({ name })))
const specs = desired.programs.flatMap(({ instances }) => instances)
const records = specs.map(
  (spec): InstanceRecord => ({
    spec,
    started: spec,
    state: "RUNNING",
    reason: null,
    exit: null,
    since: 0,
    startedAt: 0,
    stoppedAt: null,
    next: null,
    bootId: "boot",
    resumption: resumptionAtRest
  })
)
const processes = specs.map(
  (spec, at): ProcessRecord => ({
    ...processOf(spec, 10 + at),
    instance: spec.key,
    address: spec.address,
    spawnedMs: 0
  })
)
const held = {
  key: InstanceKey.make("held/held/0"),
  kind: "stopped",
  who: "ann",
  at: 1,
  ...noTerms
} as const

/** pid 12 lives, pid 13 is another process by now, pid 11 is a zombie, pid 10 is gone. */
const proc = (bootId: string) =>
  Layer.mock(Proc, {
    bootId,
    facts: (pid) =>
      Effect.succeed(
        pid === 10
          ? null
          : {
              pid,
              parent: 1,
              group: pid,
              session: pid,
              startTicks: pid === 13 ? 5 : pid * 10,
              state: pid === 11 ? "Z" : "S",
              command: "sleep"
            }
      )
  })
const reader = (present: boolean) =>
  Layer.succeed(StoreReader, {
    present,
    generations: {
      list: () => Effect.succeed([]),
      get: () => Effect.succeed(null),
      latest: Effect.succeed(null)
    },
    journal: { list: () => Effect.succeed([]), tail: () => Effect.succeed([]) },
    completions: { list: Effect.succeed([]) },
    instances: { list: Effect.succeed(present ? records : []) },
    processes: {
      live: Effect.succeed(present ? processes : []),
      sources: Effect.succeed(new Map())
    },
    overrides: {
      list: Effect.succeed(present ? [held] : []),
      scales: Effect.succeed([]),
      pin: Effect.succeed(null)
    }
  })

const planned = (bootId: string, present = true) =>
  observeStore.pipe(
    Effect.map((actual) =>
      lines(plan(desired, actual, unattended))
        .split("\n")
        .slice(0, -1)
    ),
    Effect.provide(Layer.merge(reader(present), proc(bootId)))
  )

describe("a plan without a daemon", () => {
  it.effect("takes over what lives, starts the rest, and leaves what is held", () =>
    Effect.gen(function* () {
      assert.deepEqual(yield* planned("boot"), [
        "a1 adopt(12) lives: drift, pid 12 runs from before",
        "a2 start dead: first start",
        "a3 add held: first start",
        "a4 start reused: first start"
      ])
    })
  )

  it.effect("trusts no pid of another boot", () =>
    Effect.gen(function* () {
      assert.include(yield* planned("another boot"), "a3 start lives: first start")
    })
  )

  it.effect("starts everything where nothing was ever run", () =>
    Effect.gen(function* () {
      assert.strictEqual(
        (yield* planned("boot", false)).filter((it) => / start /.test(it)).length,
        4
      )
    })
  )
})
