/** Steps on a machine without trouble, one after the other: each has exactly the effects that it is to have. */
import * as Effect from "effect/Effect"
import type { ActualInstance } from "../../../src/domain/Actual.ts"
import type { InstanceKey } from "../../../src/domain/Instance.ts"
import { look } from "../world/programs.ts"
import type { OverlapPlay } from "./overlapScenario.ts"
import { drawProgram, neverReady, quietLife } from "./programs.ts"

/** All instances in turns, each with its slowest start and its slowest stop. */
const longestMs = 60_000

export const playQuiet = (play: OverlapPlay): Effect.Effect<void> =>
  Effect.gen(function* () {
    const { stage, succession } = play
    const { dice, files, machine, own, world } = stage
    world.troubled = false
    const bad = new Set<string>()
    machine.scriptOf = (spawnId) => {
      const spec = world.attempts.find((it) => it.spawnId === spawnId)?.spec
      return bad.has(spec?.definition.command[0] ?? "") ? neverReady(own) : quietLife(own)
    }
    const programs = dice.between(1, 3)
    for (let index = 0; index < programs; index += 1) {
      play.count += 1
      files.templates.set(`p${play.count}`, drawProgram(dice, `p${play.count}`, play.count, true))
    }
    yield* stage.boot
    yield* stage.advanceTo(longestMs)
    const steps = dice.between(4, 9)
    for (let step = 0; step < steps; step += 1) {
      const kind = dice.pick([
        "reload",
        "watch",
        "update",
        "bad",
        "handReload",
        "handRestart"
      ] as const)
      const before = yield* stage.supervisor.snapshot
      const at = world.now()
      world.note(`quiet: ${kind}`)
      succession.count(`quiet ${kind}`)
      const expected = yield* stepOf[kind](play, before, bad)
      yield* stage.advanceTo(world.now() + longestMs)
      judge(play, { after: yield* stage.supervisor.snapshot, at, before, expected, kind })
      if (kind === "bad") yield* mend(play)
    }
  })

interface Expected {
  /** Get exactly one signal, and go on. */
  readonly told: ReadonlySet<InstanceKey>
  /** Have a new process each. */
  readonly replaced: ReadonlySet<InstanceKey>
}

type Step = (
  play: OverlapPlay,
  before: ReadonlyArray<ActualInstance>,
  bad: Set<string>
) => Effect.Effect<Expected>

const none: ReadonlySet<InstanceKey> = new Set()

const keysOf = (
  instances: ReadonlyArray<ActualInstance>,
  has: (instance: ActualInstance) => boolean
): ReadonlySet<InstanceKey> => new Set(instances.flatMap((it) => (has(it) ? [it.spec.key] : [])))

const reload: Step = ({ stage, succession }, before) =>
  Effect.sync(() => {
    const told = keysOf(before, ({ spec }) => (spec.definition.reload?.on ?? []).length > 0)
    const at = stage.world.now()
    succession.reloads.touch([...told], "reload")
    stage.files.touch({ keys: [...told], effect: "reload", path: "/etc/a", at })
    return { told, replaced: none }
  })

const watch: Step = ({ stage, succession }, before) =>
  Effect.sync(() => {
    const replaced = keysOf(before, ({ spec }) => spec.definition.watch.length > 0)
    const at = stage.world.now()
    succession.reloads.touch([...replaced], "restart")
    stage.files.touch({ keys: [...replaced], effect: "restart", path: "/src/a", at })
    return { told: none, replaced }
  })

const handReload: Step = ({ stage, succession }, before) =>
  Effect.gen(function* () {
    const one = before.find(({ spec }) => spec.definition.reload !== null)
    if (one === undefined) return { told: none, replaced: none }
    const { address, key } = one.spec
    succession.reloads.hand(key)
    yield* stage.inDaemon("reload", stage.operator.reload([address], "ann"))
    return { told: new Set([key]), replaced: none }
  })

/** By hand as by an update: the new process is ready before the old one is asked to stop. */
const handRestart: Step = ({ stage }, before) =>
  Effect.gen(function* () {
    const spec = stage.dice.pick(before).spec
    yield* stage.inDaemon("restart", stage.operator.restart([spec.address], "ann", false))
    return { told: none, replaced: new Set([spec.key]) }
  })

const update: Step = (play, before) =>
  Effect.sync(() => {
    const { dice, files } = play.stage
    play.count += 1
    const [name, template] = dice.pick([...files.templates])
    const definition = { ...template.definition, command: [`v${play.count}`] }
    files.templates.set(name, { ...template, definition })
    files.save()
    return { told: none, replaced: keysOf(before, ({ spec }) => spec.program === name) }
  })

/** A version that is never ready, and is undone. */
const badUpdate: Step = (play, _, bad) =>
  Effect.sync(() => {
    const { dice, files } = play.stage
    play.count += 1
    const [name, template] = dice.pick([...files.templates])
    const command = `v${play.count}`
    bad.add(command)
    const pace = { everyMs: 1_000, jitter: 0, failures: 2 }
    const ready = { ...look, ...pace, successes: 1, withinMs: 6_000 }
    const rollback = { ...template.definition.update, rollback: true }
    const definition = { ...template.definition, command: [command], ready, update: rollback }
    files.templates.set(name, { ...template, definition })
    files.save()
    return { told: none, replaced: none }
  })

const stepOf: Readonly<
  Record<"reload" | "watch" | "update" | "bad" | "handReload" | "handRestart", Step>
> = {
  reload,
  watch,
  update,
  bad: badUpdate,
  handReload,
  handRestart
}

/** The author takes back what was undone: nothing happens. */
const mend = ({ stage }: OverlapPlay): Effect.Effect<void> =>
  Effect.gen(function* () {
    const { files, observer, reconciler, world } = stage
    const accepted = reconciler.content().accepted?.programs ?? []
    for (const [name, template] of files.templates) {
      const spec = accepted.find((it) => it.name === name)?.instances[0]
      if (spec !== undefined) {
        files.templates.set(name, { ...template, definition: spec.definition })
      }
    }
    const { touches } = observer
    files.save()
    yield* stage.advanceTo(world.now() + 5_000)
    if (observer.touches !== touches) world.wrong("taking back what was undone touches a process")
  })

interface Seen {
  readonly kind: string
  readonly at: number
  readonly before: ReadonlyArray<ActualInstance>
  readonly after: ReadonlyArray<ActualInstance>
  readonly expected: Expected
}

const judge = (
  { stage: { world }, succession }: OverlapPlay,
  { after, at, before, expected: { replaced, told }, kind }: Seen
): void => {
  const now = new Map(after.map((it) => [it.spec.key, it]))
  for (const { process, spec } of before) {
    const { key } = spec
    const other = now.get(key)
    const wrong = (text: string) => world.wrong(`quiet ${kind}: ${key} ${text}`)
    if (process === null || other === undefined || other.process === null) {
      wrong("does not run")
      continue
    }
    const isSame = other.process.spawnId === process.spawnId
    if (isSame === replaced.has(key)) wrong(isSame ? "has its old process" : "has another process")
    const starts = world.attempts.filter((it) => {
      const life = succession.lives.get(it.spawnId)
      return it.at >= at && life?.key === key
    }).length
    const most = kind === "bad" ? 1 : replaced.has(key) ? 1 : 0
    const least = replaced.has(key) ? 1 : 0
    if (starts < least || starts > most) wrong(`was started ${starts} times`)
    const signals = succession.reloads.signalsTo(process.spawnId, at)
    if (signals !== (told.has(key) ? 1 : 0)) wrong(`got ${signals} signals to read anew`)
    const stopped = succession.lives.get(process.spawnId)?.stoppedAt ?? null
    if (isSame && stopped !== null) wrong("was asked to stop")
  }
}
