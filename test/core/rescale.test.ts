import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { decode } from "../../src/config/decode.ts"
import type { EvaluatedObject } from "../../src/config/Evaluated.ts"
import { rescale } from "../../src/config/rescale.ts"
import { desiredMeaning } from "../../src/core/desiredHash.ts"
import { standardSettings } from "../../src/core/expandSupervisor.ts"
import type { ScaleOverride } from "../../src/domain/Actual.ts"
import { instance } from "../../src/domain/authoring/Marker.ts"
import type { Desired } from "../../src/domain/Desired.ts"
import { noTerms } from "../../src/domain/Terms.ts"
import { sha256 } from "../../src/os/sha256.ts"
import { Operator } from "../../src/reconcile/Operator.ts"
import { booted, layers, newBench, until } from "./planning/reconciling.ts"

const objects = (umask: string): ReadonlyArray<EvaluatedObject> => [
  {
    type: "program",
    input: {
      command: ["serve", String(instance.port(8000))],
      instances: 2,
      update: { maxUnavailable: "all" },
      umask,
      perInstance: [{ description: "first" }]
    },
    nameHint: "web",
    source: { file: "/srv/programs/web.ts", line: 3, column: 1 },
    entry: "/srv/programs/web.ts"
  },
  {
    type: "program",
    input: { command: "db", directory: "data" },
    nameHint: "db",
    source: { file: "/srv/programs/db.ts", line: 1, column: 1 },
    entry: "/srv/programs/db.ts"
  },
  {
    type: "group",
    input: { programs: ["db"] },
    nameHint: "store",
    source: { file: "/srv/programs/db.ts", line: 2, column: 1 },
    entry: "/srv/programs/db.ts"
  }
]

/** As a load makes it. */
const loaded = (scales: ReadonlyArray<ScaleOverride>, umask = "022"): Desired => {
  const evaluated = { objects: objects(umask), faults: [], inputs: [], barren: [] }
  const { groups, issues, programs } = decode(evaluated, { scales })
  assert.deepEqual(issues, [])
  const supervisor = standardSettings
  const hash = sha256(desiredMeaning(programs, groups, supervisor))
  return { programs, groups, supervisor, hash, git: { commit: null, dirty: false } }
}

const scale = (group: string, program: string, instances: number): ScaleOverride => ({
  group,
  program,
  instances,
  who: "ann",
  at: 1,
  ...noTerms
})

describe("a stored desired state with other numbers of instances", () => {
  it.each([
    [[scale("web", "web", 4)]],
    [[scale("web", "web", 1)]],
    [[scale("store", "db", 3)]],
    [[scale("web", "web", 5), scale("store", "db", 2)]]
  ])("is what a load with those numbers makes: %j", (scales) => {
    assert.deepEqual(rescale(loaded([]), scales), loaded(scales))
    // And back, as when they are released.
    assert.deepEqual(rescale(loaded(scales), []), loaded([]))
  })

  it("is the same object where nothing differs", () => {
    const desired = loaded([scale("web", "web", 4)])
    assert.strictEqual(rescale(desired, [scale("web", "web", 4)]), desired)
  })

  it("stays as it is where it was not recorded what was written, or is no program any more", () => {
    const desired = loaded([])
    const programs = desired.programs.map(({ written: _, ...program }) => program)
    const older = { ...desired, programs }
    assert.strictEqual(rescale(older, [scale("web", "web", 4)]), older)
    const written = 'program {"command":"x","unheardOf":1}'
    const newer = { ...desired, programs: programs.map((it) => ({ ...it, written })) }
    assert.strictEqual(rescale(newer, [scale("web", "web", 4)]), newer)
  })
})

describe("a pinned generation", () => {
  it.effect("has the number of instances that was set by hand, before and since", () => {
    const bench = newBench((scales) => loaded(scales))
    const running = () => bench.fake.shown().filter((line) => line.startsWith("web"))
    return Effect.gen(function* () {
      const reconciler = yield* booted(bench)
      const operator = yield* Operator
      yield* operator.scale("web", 3, "ann")
      yield* bench.save((scales) => loaded(scales, "077"))
      yield* until("a save is applied", () => running().join().includes("6"))
      const back = { to: 1, who: "ann", reason: null, protectedToo: false, wait: true }
      yield* reconciler.rollback(back)
      assert.equal(running().length, 3)
      const [first] = [...bench.fake.instances.values()].filter((it) => it.spec.program === "web")
      assert.equal(first?.started?.definition.umask, 0o22)
      assert.deepEqual(
        (yield* operator.scale("web", 4, "ann")).map(({ text }) => text),
        ["scaled to 4"]
      )
      assert.equal(running().length, 4)
      yield* operator.release(["web"], "ann")
      assert.equal(running().length, 2)
      assert.equal((yield* reconciler.status).pin?.generation, 1)
    }).pipe(Effect.provide(layers(bench)))
  })
})
