/** Random worlds from a seed: few names and few values, so that things coincide often. */
import type { Actual, ActualInstance, Override } from "../../../src/domain/Actual.ts"
import type { Desired } from "../../../src/domain/Desired.ts"
import { noTerms } from "../../../src/domain/Terms.ts"
import { declare, definition, processOf, program, running } from "./world.ts"

export interface Dice {
  readonly below: (n: number) => number
  readonly chance: (probability: number) => boolean
  readonly pick: <A>(items: ReadonlyArray<A>) => A
}

/** mulberry32: small, and the same on every machine. */
export const dice = (seed: number): Dice => {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
  const below = (n: number) => Math.floor(next() * n)
  return {
    below,
    chance: (probability) => next() < probability,
    pick: (items) => {
      const item = items[below(items.length)]
      if (item === undefined) throw new Error("nothing to pick from")
      return item
    }
  }
}

const names = ["a", "b", "c", "d", "__proto__", "constructor"]

export const randomDesired = (dice: Dice): Desired =>
  declare(
    ...names
      .filter(() => dice.chance(0.6))
      .map((name) => {
        const renamed = dice.chance(0.2) ? { renamedFrom: dice.pick(names) } : {}
        const grouped = dice.chance(0.3) ? { group: dice.pick(["g", "h"]) } : {}
        return program({
          name,
          ...renamed,
          ...grouped,
          instances: 1 + dice.below(3),
          line: dice.below(3),
          protect: dice.chance(0.1),
          groupPriority: dice.below(3),
          definition: {
            command: dice.pick([
              ["sleep", "1"],
              ["sleep", "2"]
            ]),
            priority: dice.below(3),
            start: { ...definition.start, auto: dice.chance(0.8) },
            stop: { ...definition.stop, timeoutMs: dice.pick([1000, 2000]) }
          }
        })
      })
  )

/** What another desired state may have come to: every state, overrides, processes of older specifications. */
export const randomActual = (dice: Dice): Actual => {
  const here = randomDesired(dice)
  const older = new Map(
    randomDesired(dice).programs.flatMap(({ instances }) =>
      instances.map((spec) => [spec.key, spec] as const)
    )
  )
  const overrides: Array<Override> = []
  const instances = here.programs
    .flatMap((one) => one.instances)
    .filter(() => dice.chance(0.9))
    .map((spec, at): ActualInstance => {
      const state = dice.pick([
        "RUNNING",
        "RUNNING",
        "STARTING",
        "BACKOFF",
        "STOPPED",
        "EXITED",
        "FATAL"
      ] as const)
      const lives = state === "RUNNING" || state === "STARTING"
      const kind = state === "STOPPED" ? "stopped" : "started"
      const override = dice.chance(0.3)
        ? ({ key: spec.key, kind, who: "ann", at, ...noTerms } as const)
        : null
      if (override !== null) overrides.push(override)
      const before = dice.chance(0.3) ? (older.get(spec.key) ?? spec) : spec
      return {
        ...running(spec, 100 + at),
        state,
        override,
        process: lives ? processOf(before, 100 + at) : null,
        started: state === "STOPPED" && dice.chance(0.5) ? null : before,
        reason: lives ? null : { kind: "neverStarted" }
      }
    })
  return { instances, scales: [], overrides, origin: "live" }
}
