/**
 * The whole daemon: files are edited, broken and mended, operators stop, start, scale and release, on a machine in trouble; then
 * the trouble ends. What runs must then be what the files say, or what an operator said, and the plan must be empty.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { holdUp } from "../../../src/core/dependency/holdUp.ts"
import type { ActualInstance } from "../../../src/domain/Actual.ts"
import type { InstanceKey, InstanceSpec } from "../../../src/domain/Instance.ts"
import { isOver, type Terms } from "../../../src/domain/Terms.ts"
import { Dice } from "./Dice.ts"
import { desiredOf, drawLiveChange, drawTemplate, type Template } from "./desired.ts"
import { drawEdges, neededOf, repairEdges, withEdges } from "./edges.ts"
import { Precedence } from "./Precedence.ts"
import { drawDefinition } from "./programs.ts"
import type { Stage } from "./simulate.ts"

interface Play extends Stage {
  readonly scope: Scope.Scope
  readonly open: Set<string>
  count: number
  /** Null: programs need nothing of each other. */
  readonly precedence: Precedence | null
  /** When each program was made, by its present name. */
  readonly made: Map<string, number>
}

export const daemonScenario = (stage: Stage): Effect.Effect<void> => playDaemon(stage, null)

/** The same with programs that need each other. */
export const graphScenario = (stage: Stage): Effect.Effect<void> =>
  playDaemon(stage, new Precedence(stage.world, stage.observer, stage.supervisor.peek))

const playDaemon = (given: Stage, precedence: Precedence | null): Effect.Effect<void> =>
  Effect.gen(function* () {
    const scope = yield* Effect.scope
    const stage = precedence === null ? given : watched(given, precedence)
    const play: Play = { ...stage, scope, open: new Set(), count: 0, precedence, made: new Map() }
    const { dice, files, world } = stage
    const programs = precedence === null ? dice.between(1, 4) : dice.between(2, 6)
    for (let index = 0; index < programs; index += 1) addProgram(play)
    yield* Effect.forkIn(stage.reconciler.run, scope, { startImmediately: true })
    yield* stage.settle
    if (precedence === null) checkBootOrder(play)
    const steps = dice.between(8, 18)
    const touches = new Dice(steps * 100 + programs)
    for (let step = 0; step < steps; step += 1) {
      if (dice.chance(0.2)) {
        yield* stage.collide(byHand(play))
        continue
      }
      yield* stage.advanceTo(world.now() + dice.pick([0, 50, 1_000, 3_000, 12_000]))
      if (dice.chance(0.05)) world.diskFull = !world.diskFull
      if (touches.chance(0.15)) yield* touch(play)
      yield* dice.chance(0.6) ? edit(play) : byHand(play)
      yield* stage.settle
    }
    files.broken = false
    yield* calm(play)
    yield* shutDown(play)
  }).pipe(Effect.scoped)

/** Looks for those that wait for nothing whenever everything is at rest. */
const watched = (stage: Stage, precedence: Precedence): Stage => ({
  ...stage,
  settle: Effect.andThen(
    stage.settle,
    Effect.sync(() => precedence.checkWaits())
  )
})

const addProgram = (play: Play): void => {
  const { dice, files, made, precedence } = play
  play.count += 1
  const name = `p${play.count}`
  const template = drawTemplate(dice, name, play.count)
  made.set(name, play.count)
  files.templates.set(name, template)
  if (precedence === null) return
  files.templates.set(name, withEdges(template, edgesOf(play, name)))
  repairEdges(files.templates)
}

const edgesOf = ({ dice, files, made }: Play, name: string) =>
  drawEdges(dice, files.templates, name, (other) => made.get(other) ?? 0)

/** A file changes that programs watch. */
const touch = ({ files, settle, supervisor, world }: Play): Effect.Effect<void> =>
  Effect.gen(function* () {
    const keys = (yield* supervisor.snapshot)
      .filter(({ spec }) => spec.definition.watch.length > 0)
      .map(({ spec }) => spec.key)
    world.note(`a file of ${keys.join(" ")} changes`)
    files.touch({ keys, path: "/src/a", at: world.now() })
    yield* settle
  })

/** One save. A live change must touch no process. */
const edit = (play: Play): Effect.Effect<void> =>
  Effect.gen(function* () {
    const { dice, files, observer, reconciler, settle, world } = play
    const quiet =
      (yield* reconciler.status).phase === "idle" &&
      !files.broken &&
      // An end that could not be recorded holds under the key that the program had.
      !world.diskFull &&
      // What gave up is tried again when anything of it changed.
      !(yield* play.supervisor.snapshot).some(({ state }) => state === "FATAL") &&
      (yield* openActions(play)).length === 0
    const before = observer.touches
    const kind = change(play)
    world.note(`edit: ${kind}`)
    files.save()
    yield* settle
    if (quiet && (kind === "live" || kind === "rename" || kind === "break")) {
      if (observer.touches !== before) world.wrong(`a save (${kind}) touched a process`)
    }
    if (dice.chance(0.2)) files.save()
  })

/** What a plan would do now; what waits for something states its reason, and is left out. */
const openActions = ({ reconciler, supervisor }: Play): Effect.Effect<ReadonlyArray<string>> =>
  reconciler.plan.pipe(
    Effect.map(({ desired, plan }) => {
      const specs = new Map(
        desired.programs.flatMap(({ instances }) => instances.map((it) => [it.key, it] as const))
      )
      return plan.actions
        .filter((action) => holdUp(action, specs.get(action.instance), supervisor.peek) === null)
        .map(({ address, cause, kind }) => `${kind} ${address} (${cause.kind})`)
    }),
    Effect.catchTag("LoadFailure", () => Effect.succeed([]))
  )

type Change =
  | "edges"
  | "add"
  | "remove"
  | "restart"
  | "live"
  | "rename"
  | "scale"
  | "break"
  | "nothing"

const change = (play: Play): Change => {
  const kind = changeOne(play)
  if (play.precedence !== null && kind !== "rename") repairEdges(play.files.templates)
  return kind
}

const changeOne = (play: Play): Change => {
  const { dice, files } = play
  const { templates } = files
  if (files.broken) {
    files.broken = false
    return "nothing"
  }
  const names = [...templates.keys()]
  if (names.length === 0) {
    addProgram(play)
    return "add"
  }
  play.count += 1
  const name = dice.pick(names)
  const template = templates.get(name)
  if (template === undefined) return "nothing"
  if (play.precedence !== null && dice.chance(0.2)) {
    templates.set(name, withEdges(template, edgesOf(play, name)))
    return "edges"
  }
  const kind = dice.pick<Change>([
    "add",
    "remove",
    "restart",
    "restart",
    "live",
    "live",
    "rename",
    "rename",
    "scale",
    "break",
    "nothing"
  ])
  switch (kind) {
    case "add":
      addProgram(play)
      return kind
    case "remove":
      templates.delete(name)
      return kind
    case "restart":
      templates.set(name, newRevision(play, template))
      return kind
    case "live":
      templates.set(name, drawLiveChange(dice, template))
      return kind
    case "rename":
      templates.delete(name)
      templates.set(`n${play.count}`, renamed(name, `n${play.count}`, template))
      play.made.set(`n${play.count}`, play.made.get(name) ?? 0)
      repairEdges(templates, { from: name, to: `n${play.count}` })
      play.precedence?.renamed(name, `n${play.count}`)
      return kind
    case "scale":
      templates.set(name, { ...template, instances: dice.between(1, 4) })
      return kind
    case "break":
      files.broken = true
      return kind
    case "edges":
    case "nothing":
      return kind
  }
}

const newRevision = ({ count, dice }: Play, template: Template): Template => {
  const drawn = drawDefinition(dice, `v${count}`)
  return { ...template, definition: { ...template.definition, ...drawn } }
}

const renamed = (from: string, to: string, template: Template): Template => ({
  ...template,
  group: template.group === "team" ? "team" : to,
  renamedFrom: from
})

const byHand = (play: Play): Effect.Effect<void> =>
  Effect.gen(function* () {
    const { dice, operator, supervisor, world } = play
    // An override that cannot be recorded is refused or told; what holds then is not decided here.
    if (world.diskFull) return
    const instances = yield* supervisor.snapshot
    if (instances.length === 0) return
    const { address, key } = dice.pick(instances).spec
    const kind = dice.pick(["stop", "stop", "start", "restart", "release"] as const)
    world.note(`by hand: ${kind} ${address}`)
    play.observer.askedAt.set(key, world.now())
    switch (kind) {
      case "stop": {
        const terms = yield* termsOfStop(play)
        if (terms.until === null) play.observer.stoppedByHand.add(key)
        else play.observer.stoppedByHand.delete(key)
        return yield* inBackground(play, `stop ${key}`, operator.stop([address], "ann", terms))
      }
      case "start":
        startedByHand(play, key)
        return yield* inBackground(play, `start ${key}`, operator.start([address], "ann", false))
      case "restart":
        startedByHand(play, key)
        return yield* inBackground(
          play,
          `restart ${key}`,
          operator.restart([address], "ann", false)
        )
      case "release":
        play.observer.stoppedByHand.delete(key)
        return yield* inBackground(play, `release ${key}`, operator.release([address], "ann"))
    }
  })

/** What it needs is started as well, and no longer held where it was. */
const startedByHand = ({ files, observer, supervisor, world }: Play, key: InstanceKey): void => {
  const program = supervisor.peek().find(({ spec }) => spec.key === key)?.spec.program
  const needed = neededOf(files.templates, (name) => name === program)
  observer.stoppedByHand.delete(key)
  for (const { spec } of supervisor.peek()) {
    if (spec.program === program || !needed.has(spec.program)) continue
    observer.stoppedByHand.delete(spec.key)
    observer.askedAt.set(spec.key, world.now())
  }
}

/** Each third is for a while: the end comes during the trouble, or in the calm after it. Drawn from what is drawn anyway. */
const termsOfStop = ({ count }: Play): Effect.Effect<Terms> =>
  Effect.map(Clock.currentTimeMillis, (now) => ({
    reason: null,
    until: count % 3 === 0 ? now + ((count % 7) + 1) * 9_000 : null
  }))

const inBackground = (
  play: Play,
  name: string,
  work: Effect.Effect<unknown, unknown>
): Effect.Effect<void> => {
  play.count += 1
  const label = `${name} #${play.count}`
  play.open.add(label)
  return work.pipe(
    Effect.catchCause((cause) =>
      Effect.sync(() => {
        if (cause.reasons.some(({ _tag }) => _tag === "Die")) play.world.wrong(`${label} broke`)
      })
    ),
    Effect.ensuring(Effect.sync(() => play.open.delete(label))),
    Effect.forkIn(play.scope, { startImmediately: true }),
    Effect.asVoid
  )
}

const specsOf = (files: Stage["files"]): ReadonlyArray<InstanceSpec> =>
  desiredOf(files.templates, []).programs.flatMap(({ instances }) => instances)

const checkBootOrder = ({ world }: Play): void => {
  const seen = new Set<string>()
  let last = Number.NEGATIVE_INFINITY
  for (const { key, spec } of world.attempts) {
    if (seen.has(key)) continue
    seen.add(key)
    // A hook holds up no other program.
    if (spec.definition.hooks.beforeStart !== null) continue
    const rank = spec.groupPriority * 10_000 + spec.definition.priority
    if (rank < last) world.wrong(`${key} was started after one of a higher priority number`)
    last = rank
  }
}

const calm = Effect.fnUntraced(function* (play: Play) {
  const { advanceTo, files, open, reconciler, supervisor, world } = play
  world.troubled = false
  world.diskFull = false
  yield* advanceTo(world.now() + 90_000)
  const apply = { who: "ann", protectedToo: true, wait: false } as const
  yield* inBackground(play, "apply", reconciler.apply(apply))
  for (let minute = 0; minute < 6; minute += 1) yield* advanceTo(world.now() + 60_000)
  for (const label of open) world.wrong(`${label} never came back`)
  const left = yield* openActions(play)
  const now = yield* Clock.currentTimeMillis
  const actual = yield* supervisor.snapshot
  const stuck = actual.some(({ state }) => state === "UNKNOWN")
  if (left.length > 0 && !stuck) {
    world.wrong(`the plan has actions after everything was applied: ${left.join(", ")}`)
  }
  const needed = neededOf(files.templates, (name) =>
    actual.some(
      ({ override, spec }) =>
        spec.program === name &&
        (override === null ? spec.definition.start.auto : override.kind === "started")
    )
  )
  const declared = new Map(specsOf(files).map((spec) => [spec.key, spec] as const))
  const present = new Map(actual.map((instance) => [instance.spec.key, instance] as const))
  for (const [key, spec] of declared) {
    const instance = present.get(key)
    if (instance === undefined) world.wrong(`${key} is declared and does not exist`)
    else judge(play, spec, instance, { now, needed })
  }
  for (const [key, { state }] of present) {
    if (!declared.has(key) && state !== "UNKNOWN") world.wrong(`${key} exists, undeclared`)
  }
})

const judge = (
  { observer, precedence, world }: Play,
  spec: InstanceSpec,
  instance: ActualInstance,
  { now, needed }: { readonly now: number; readonly needed: ReadonlySet<string> }
): void => {
  const { override, reason, started, state } = instance
  const wrong = (text: string): void => world.wrong(`${spec.key} is ${state} ${text}`)
  if (state === "UNKNOWN") return
  if (override !== null && isOver(override, now)) wrong("and held after its time")
  if (observer.stoppedByHand.has(spec.key) && override?.kind !== "stopped") {
    wrong("and the stop by hand is forgotten")
  }
  if (override?.kind === "stopped") {
    if (!["STOPPED", "EXITED", "FATAL"].includes(state)) wrong("although it is held stopped")
    return
  }
  const isStarted = override?.kind === "started"
  const toRun = isStarted || spec.definition.start.auto || needed.has(spec.program)
  // Also a restart waits for what it needs.
  if (precedence !== null && precedence.missing(spec).length > 0) return
  if (toRun && !["RUNNING", "EXITED", "FATAL"].includes(state)) wrong("and is to run")
  if (state !== "RUNNING" && reason === null) wrong("without a reason")
  if (state === "RUNNING" && started?.definition.command[0] !== spec.definition.command[0]) {
    wrong("with an old command")
  }
}

const shutDown = Effect.fnUntraced(function* (play: Play) {
  const { advanceTo, dice, files, observer, supervisor, world } = play
  world.troubled = dice.chance(0.5)
  if (dice.chance(0.3)) {
    change(play)
    files.save()
  }
  yield* advanceTo(world.now() + dice.between(0, 1_500))
  observer.close()
  yield* inBackground(play, "shutdown", supervisor.shutdown)
  yield* advanceTo(world.now() + 300_000)
  for (const label of play.open) world.wrong(`${label} never came back`)
  for (const { spec, state } of yield* supervisor.snapshot) {
    if (!["STOPPED", "EXITED", "FATAL", "UNKNOWN"].includes(state)) {
      world.wrong(`${spec.key} is ${state} after the shutdown`)
    }
  }
})
