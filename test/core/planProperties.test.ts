import { assert, describe, it } from "vitest"
import { byRank } from "../../src/core/compareSpecs.ts"
import { type ProgramGraph, programGraph } from "../../src/core/dependency/programGraph.ts"
import { plan } from "../../src/core/plan.ts"
import { unattended } from "../../src/core/planFacts.ts"
import { planJson } from "../../src/core/planJson.ts"
import type { Desired } from "../../src/domain/Desired.ts"
import type { Action } from "../../src/domain/Plan.ts"
import { graphFault } from "./planning/graphFault.ts"
import { lines } from "./planning/lines.ts"
import { applyPlan, type Fate, settle } from "./planning/model.ts"
import { dice, randomActual, randomDesired } from "./planning/random.ts"
import { allRunning, confirmed, declare, program } from "./planning/world.ts"

const seeds = Array.from({ length: 600 }, (_, seed) => seed)
const fates: ReadonlyArray<Fate> = ["runs", "runs", "comes", "exits", "fails", "retries"]

/** No instance of a program waits for another one. */
const atOnce = (desired: Desired): Desired => ({
  ...desired,
  programs: desired.programs.map((one) => ({
    ...one,
    instances: one.instances.map((spec) => ({ ...spec, origin: "ini" as const }))
  }))
})

describe("plan of random worlds", () => {
  it("has no actions after it was applied, whatever became of the starts", () => {
    for (const seed of seeds) {
      const random = dice(seed)
      const [desired, before] = [atOnce(randomDesired(random, [])), randomActual(random, [])]
      const options = random.chance(0.5) ? confirmed : { ...confirmed, protectedToo: false }
      const first = plan(desired, before, options)
      assert.isNull(graphFault(first), `seed ${seed}`)
      const { actual, done } = applyPlan(first, desired, before, () => random.pick(fates))
      assert.strictEqual(done.length, first.actions.length, `seed ${seed}`)
      const second = plan(desired, actual, options)
      assert.deepEqual(
        [lines({ ...second, drift: [], held: [] }), second.metadata],
        ["", []],
        `seed ${seed}`
      )
    }
  })

  it("comes to an end where programs need each other, whatever becomes of the starts", () => {
    for (const seed of seeds.slice(0, 180)) {
      const random = dice(seed)
      const desired = randomDesired(random)
      const options = random.chance(0.5) ? confirmed : { ...confirmed, protectedToo: false }
      const fate = () => random.pick(fates)
      let actual = randomActual(random)
      let left = plan(desired, actual, options)
      for (let round = 1; left.actions.length > 0; round++) {
        assert.isAtMost(round, 40, `seed ${seed} goes on with\n${lines(left)}`)
        assert.isNull(graphFault(left), `seed ${seed}`)
        const carried = applyPlan(left, desired, actual, fate)
        assert.strictEqual(carried.done.length, left.actions.length, `seed ${seed}`)
        actual = settle(carried.actual, fate)
        left = plan(desired, actual, options)
      }
      assert.deepEqual(
        [lines({ ...left, drift: [], held: [] }), left.metadata],
        ["", []],
        `seed ${seed}`
      )
    }
  })

  it("starts and restarts nothing before what it needs of the same plan, nor without that", () => {
    let compared = 0
    for (const seed of seeds.slice(0, 150)) {
      const random = dice(seed)
      const [desired, before] = [randomDesired(random), randomActual(random)]
      const made = plan(desired, before, confirmed)
      const fate = () => random.pick(fates)
      const { deferred, done } = applyPlan(made, desired, before, fate)
      const graph = programGraph(desired.programs.flatMap(({ instances }) => instances))
      const turns = done.filter(isStart).map((action) => ({ action, key: ownerOf(action) }))
      for (const [at, { action, key }] of turns.entries()) {
        for (const needed of allNeeds(graph, key)) {
          const later = turns.slice(at).find((other) => other.key === needed)
          assert.isUndefined(later, `seed ${seed}: ${action.address} is before ${needed}`)
        }
        for (const { to } of graph.nodes.get(key)?.needs ?? []) {
          const keys = new Set(to.map((node) => node.key))
          const needed = turns.filter((other) => keys.has(other.key))
          compared += needed.length
          if (action.kind !== "restart" || deferred.has(action)) continue
          assert.isFalse(
            needed.some((other) => deferred.has(other.action)),
            `seed ${seed}: ${action.address} goes ahead of what is deferred`
          )
        }
      }
    }
    assert.isAbove(compared, 300)
  })

  it("holds what is protected, and nothing else when an operator confirms", () => {
    for (const seed of seeds.slice(0, 300)) {
      const random = dice(seed)
      const made = plan(randomDesired(random), randomActual(random), {
        ...confirmed,
        protectedToo: false
      })
      assert.isTrue(
        made.held.every(({ kind }) => kind === "protected"),
        `seed ${seed}`
      )
      const held = new Set(made.held.flatMap(({ instances }) => instances))
      assert.isFalse(
        made.actions.some(
          ({ instance, kind }) => held.has(instance) && ["stop", "restart"].includes(kind)
        ),
        `seed ${seed}`
      )
    }
  })

  it("is empty for equal states", () => {
    for (const seed of seeds.slice(0, 300)) {
      const desired = randomDesired(dice(seed), ["started", "ready"])
      const made = plan(desired, allRunning(desired), unattended)
      assert.strictEqual(lines(made), "", `seed ${seed}`)
    }
  })

  it("does not depend on the order of programs and instances", () => {
    for (const seed of seeds.slice(0, 300)) {
      const random = dice(seed)
      const [desired, actual] = [randomDesired(random), randomActual(random)]
      const turned = { ...desired, programs: desired.programs.toReversed() }
      const mixed = { ...actual, instances: actual.instances.toReversed() }
      assert.strictEqual(
        planJson(plan(desired, actual, unattended)),
        planJson(plan(turned, mixed, unattended)),
        `seed ${seed}`
      )
    }
  })

  it("starts lower priorities before higher ones, and stops them after", () => {
    for (const seed of seeds.slice(0, 300)) {
      const random = dice(seed)
      const [desired, before] = [randomDesired(random, []), randomActual(random, [])]
      const specs = new Map(
        [
          ...desired.programs.flatMap((it) => it.instances),
          ...before.instances.map((it) => it.spec)
        ]
          .toReversed()
          .map((spec) => [spec.key, spec])
      )
      const { done } = applyPlan(plan(desired, before, confirmed), desired, before, () => "runs")
      const ranks = (...kinds: ReadonlyArray<string>) =>
        done.flatMap(({ instance, kind }) =>
          kinds.includes(kind) ? (specs.get(instance) ?? []) : []
        )
      const up = ranks("start", "restart")
      const old = new Map(before.instances.map(({ spec }) => [spec.key, spec]))
      const down = ranks("stop").map(({ key }) => old.get(key))
      up.reduce(
        (a, b) => {
          assert.isAtMost(byRank(a, b), 0, `seed ${seed}`)
          return b
        },
        up[0] ?? program({ name: "x" }).instances[0] ?? raise()
      )
      for (const [at, spec] of down.entries()) {
        const next = down[at + 1]
        if (spec !== undefined && next !== undefined) {
          assert.isAtLeast(byRank(spec, next), 0, `seed ${seed}`)
        }
      }
    }
  })

  it("keeps the first process from one instance to several and back", () => {
    for (let count = 2; count < 6; count++) {
      const one = declare(program({ name: "web" }))
      const many = declare(program({ name: "web", instances: count }))
      const start = allRunning(one)
      const up = applyPlan(plan(many, start, unattended), many, start, () => "runs").actual
      const down = applyPlan(plan(one, up, unattended), one, up, () => "runs").actual
      assert.deepEqual(
        down.instances.map(({ process, spec }) => [`${spec.address}`, process?.pid]),
        [["web", 4001]]
      )
    }
  })
})

const isStart = (action: Action): boolean =>
  action.kind === "restart" || (action.kind === "start" && action.run)

const ownerOf = ({ instance }: Action): string => instance.slice(0, instance.lastIndexOf("/"))

/** Keys of all programs that one needs, however far. */
const allNeeds = ({ nodes }: ProgramGraph, key: string): ReadonlySet<string> => {
  const found = new Set<string>()
  const open = [key]
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    for (const { to } of nodes.get(at)?.needs ?? []) {
      for (const other of to) {
        if (found.has(other.key)) continue
        found.add(other.key)
        open.push(other.key)
      }
    }
  }
  return found
}

const raise = (): never => {
  throw new Error("no instance")
}
