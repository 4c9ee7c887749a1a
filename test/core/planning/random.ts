/** Random worlds from a seed: few names and few values, so that things coincide often. */
import { programLabel } from "../../../src/core/programKey.ts"
import type { Actual, ActualInstance, Override } from "../../../src/domain/Actual.ts"
import type { Condition, Dependencies, Dependency } from "../../../src/domain/Dependency.ts"
import type { Desired } from "../../../src/domain/Desired.ts"
import type { InstanceSpec } from "../../../src/domain/Instance.ts"
import type { Reason, State } from "../../../src/domain/State.ts"
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

const conditions: ReadonlyArray<Condition> = ["started", "ready", "ready", "completed"]

/** `on`: with which conditions programs need others, in no circle; none: they do not. */
export const randomDesired = (dice: Dice, on = conditions): Desired => {
  const chosen = names
    .filter(() => dice.chance(0.6))
    .map((name) => ({
      name,
      group: dice.chance(0.3) ? dice.pick(["g", "h"]) : name
    }))
  const dependencies = randomDependencies(dice, chosen, on)
  return declare(
    ...chosen.map(({ group, name }) => {
      const renamed = dice.chance(0.2) ? { renamedFrom: dice.pick(names) } : {}
      return program({
        name,
        ...renamed,
        group,
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
          dependsOn: dependencies.get(name) ?? {},
          start: { ...definition.start, auto: dice.chance(0.8) },
          restart: { ...definition.restart, when: dice.pick(["unexpected", "never"]) },
          stop: { ...definition.stop, timeoutMs: dice.pick([1000, 2000]) }
        }
      })
    })
  )
}

interface Chosen {
  readonly name: string
  readonly group: string
}

/** Each needs some of those before it in an order of its own world: by name, by address, by a group that is whole by then. */
const randomDependencies = (
  dice: Dice,
  chosen: ReadonlyArray<Chosen>,
  on: ReadonlyArray<Condition>
): ReadonlyMap<string, Dependencies> => {
  const left = on.length === 0 ? [] : [...chosen]
  const before: Array<Chosen> = []
  const found = new Map<string, Dependencies>()
  while (left.length > 0) {
    const [own] = left.splice(dice.below(left.length), 1)
    if (own === undefined) break
    const groups = ["g", "h"].filter(
      (group) =>
        before.some((one) => one.group === group) &&
        ![own, ...left].some((one) => one.group === group)
    )
    const known = before.flatMap(({ group, name }) => [
      name,
      programLabel({ group, program: name })
    ])
    const targets = ["nowhere", ...known, ...groups].filter(() => dice.chance(0.3))
    found.set(
      own.name,
      Object.fromEntries(
        targets.map((target): [string, Dependency] => [
          target,
          {
            when: dice.pick(on),
            optional: target === "nowhere" || dice.chance(0.2),
            onLoss: dice.pick(["keep", "restart", "stop"])
          }
        ])
      )
    )
    before.push(own)
  }
  return found
}

/** What another desired state may have come to: every state, overrides, processes of older specifications. */
export const randomActual = (dice: Dice, on = conditions): Actual => {
  const here = randomDesired(dice, on)
  const older = new Map(
    randomDesired(dice, on).programs.flatMap(({ instances }) =>
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
      const pid = 100 + dice.below(50)
      return {
        ...running(spec, pid),
        state,
        override,
        process: lives ? processOf(before, pid) : null,
        started: state === "STOPPED" && dice.chance(0.5) ? null : before,
        reason: lives ? null : randomReason(dice, state, spec),
        starts: 1 + dice.below(2)
      }
    })
  return { instances, scales: [], overrides, origin: "live" }
}

const randomReason = (dice: Dice, state: State, { definition }: InstanceSpec): Reason => {
  const status = { kind: "code", code: 0 } as const
  const [program] = Object.keys(definition.dependsOn)
  if (state === "EXITED") return { kind: "exited", status, expected: dice.chance(0.7) }
  return state === "STOPPED" && program !== undefined && dice.chance(0.5)
    ? { kind: "waiting", on: [{ program, when: "ready" }] }
    : { kind: "neverStarted" }
}
