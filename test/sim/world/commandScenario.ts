/**
 * The supervisor alone: instances are added, started, stopped, changed and removed at random moments, on a machine in trouble;
 * then the trouble ends, and everything must come to what was asked for last; then reeve shuts down.
 */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { InstanceKey, InstanceSpec } from "../../../src/domain/Instance.ts"
import type { Origin } from "../../../src/supervise/Supervisor.ts"
import { specOf } from "../../core/specOf.ts"
import { drawDefinition, drawSpec, drawStop } from "./programs.ts"
import type { Stage } from "./simulate.ts"

const operator: Origin = { kind: "operator", who: "ann" }
const plan: Origin = { kind: "plan", text: "sim", generation: 1 }

interface Asked {
  spec: InstanceSpec
  /** What was asked for last. */
  wanted: "up" | "down"
  leaving: boolean
}

interface Play extends Stage {
  readonly scope: Scope.Scope
  readonly asked: Map<InstanceKey, Asked>
  /** Commands that have not come back yet. */
  readonly open: Set<string>
  count: number
}

export const commandScenario = (stage: Stage): Effect.Effect<void> =>
  Effect.gen(function* () {
    const scope = yield* Effect.scope
    const play: Play = { ...stage, scope, asked: new Map(), open: new Set(), count: 0 }
    const { dice, world } = stage
    const instances = dice.between(1, 4)
    for (let index = 0; index < instances; index += 1) yield* addOne(play)
    const steps = dice.between(12, 26)
    for (let step = 0; step < steps; step += 1) {
      if (dice.chance(0.06)) world.diskFull = !world.diskFull
      if (dice.chance(0.3)) {
        yield* stage.collide(command(play, false))
        continue
      }
      yield* stage.advanceTo(world.now() + dice.pick([0, 1, 50, 400, 1_000, 3_000, 12_000]))
      yield* command(play, true)
      yield* stage.settle
    }
    yield* calm(play)
    yield* shutDown(play)
  }).pipe(Effect.scoped)

const addOne = Effect.fnUntraced(function* (play: Play) {
  play.count += 1
  const spec = drawSpec(play.dice, `p${play.count}`)
  play.asked.set(spec.key, { spec, wanted: "down", leaving: false })
  yield* play.supervisor.add(spec)
  if (play.dice.chance(0.8)) yield* start(play, spec.key)
})

/** `alone`: nothing else happens at this moment, so that more can be demanded of it. */
const command = (play: Play, alone: boolean): Effect.Effect<void> => {
  const { asked, dice } = play
  const keys = [...asked].filter(([, { leaving }]) => !leaving).map(([key]) => key)
  if (keys.length === 0 || (keys.length < 5 && dice.chance(0.1))) return addOne(play)
  const key = dice.pick(keys)
  const kind = dice.pick([
    "start",
    "start",
    "stop",
    "stop",
    "stop",
    "restart",
    "restart",
    "update",
    "rename",
    "signal",
    "remove",
    "nothing"
  ] as const)
  switch (kind) {
    case "start":
      return start(play, key)
    case "stop":
      return stop(play, key)
    case "restart":
      return restart(play, key)
    case "update":
      return alone ? untouched(play, update(play, key)) : update(play, key)
    case "rename":
      return alone ? untouched(play, rename(play, key)) : rename(play, key)
    case "signal":
      return inBackground(
        play,
        `signal ${key}`,
        play.supervisor.signal(key, dice.pick([1, 15]), "process", operator)
      )
    case "remove":
      return remove(play, key)
    case "nothing":
      return Effect.void
  }
}

/** Runs beside the scenario; it must come back, and never with a defect. */
const inBackground = (
  play: Play,
  name: string,
  work: Effect.Effect<void, unknown>
): Effect.Effect<void> => {
  play.count += 1
  const label = `${name} #${play.count}`
  play.world.note(label)
  play.open.add(label)
  return work.pipe(
    Effect.catchDefect((defect) =>
      Effect.sync(() => {
        const known = String(defect).includes("the log plane broke")
        if (!known) play.world.wrong(`${label} broke: ${String(defect)}`)
      })
    ),
    Effect.catch(() => Effect.void),
    Effect.ensuring(Effect.sync(() => play.open.delete(label))),
    Effect.forkIn(play.scope, { startImmediately: true }),
    Effect.asVoid
  )
}

const start = (play: Play, key: InstanceKey): Effect.Effect<void> =>
  Effect.suspend(() => {
    want(play, key, "up")
    const wait = play.dice.chance(0.5)
    return inBackground(play, `start ${key}`, play.supervisor.start(key, operator, wait))
  })

const stop = (play: Play, key: InstanceKey): Effect.Effect<void> =>
  Effect.suspend(() => {
    want(play, key, "down")
    return inBackground(play, `stop ${key}`, play.supervisor.stop(key, operator))
  })

const restart = (play: Play, key: InstanceKey): Effect.Effect<void> =>
  Effect.suspend(() => {
    const old = play.asked.get(key)?.spec
    if (old === undefined) return Effect.void
    const changed = play.dice.chance(0.5)
      ? respec(old, drawDefinition(play.dice, `v${play.dice.between(1, 9)}`))
      : old
    want(play, key, "up", changed)
    return inBackground(play, `restart ${key}`, play.supervisor.restart(changed, plan, false))
  })

const update = (play: Play, key: InstanceKey): Effect.Effect<void> =>
  Effect.suspend(() => {
    const old = play.asked.get(key)?.spec
    if (old === undefined) return Effect.void
    const changed = respec(old, { ...old.definition, stop: drawStop(play.dice) })
    want(play, key, null, changed)
    return inBackground(play, `update ${key}`, play.supervisor.update(changed))
  })

const rename = (play: Play, key: InstanceKey): Effect.Effect<void> =>
  Effect.suspend(() => {
    const before = play.asked.get(key)
    if (before === undefined) return Effect.void
    play.count += 1
    const name = `r${play.count}`
    const { definition, ...parts } = before.spec
    const changed = specOf({ ...parts, name, program: name }, definition)
    play.asked.delete(key)
    play.asked.set(changed.key, { ...before, spec: changed })
    return inBackground(play, `rename ${key} ${changed.key}`, play.supervisor.rename(key, changed))
  })

/** A live change touches nothing: no signal, no start. */
const untouched = (play: Play, work: Effect.Effect<void>): Effect.Effect<void> =>
  Effect.gen(function* () {
    yield* play.settle
    const before = play.observer.touches
    yield* work
    yield* play.settle
    if (play.observer.touches !== before) play.world.wrong("a live change touched a process")
  })

const remove = (play: Play, key: InstanceKey): Effect.Effect<void> =>
  Effect.suspend(() => {
    const asked = play.asked.get(key)
    if (asked === undefined) return Effect.void
    asked.leaving = true
    const work = Effect.gen(function* () {
      yield* play.supervisor.remove(key, plan)
      play.asked.delete(key)
    })
    return inBackground(play, `remove ${key}`, work)
  })

const want = (
  play: Play,
  key: InstanceKey,
  wanted: Asked["wanted"] | null,
  spec?: InstanceSpec
): void => {
  const asked = play.asked.get(key)
  if (asked === undefined) return
  if (wanted !== null) asked.wanted = wanted
  if (wanted === "up") play.observer.askedAt.set(key, play.world.now())
  if (spec !== undefined) asked.spec = spec
}

const respec = (
  old: InstanceSpec,
  definition: InstanceSpec["definition"] | Drawn
): InstanceSpec => {
  const { definition: before, ...parts } = old
  return specOf(parts, { ...before, ...definition })
}

type Drawn = ReturnType<typeof drawDefinition>

/** From here on nothing goes wrong any more: all commands come back, and everything rests as it was asked to. */
const calm = Effect.fnUntraced(function* (play: Play) {
  const { advanceTo, asked, open, supervisor, world } = play
  world.troubled = false
  world.diskFull = false
  for (let minute = 0; minute < 6; minute += 1) yield* advanceTo(world.now() + 60_000)
  for (const label of open) world.wrong(`${label} never came back`)
  for (const { leftovers, override, reason, spec, state } of yield* supervisor.snapshot) {
    const known = asked.get(spec.key)
    if (known === undefined) {
      world.wrong(`${spec.key} was removed and is there`)
      continue
    }
    const fine =
      known.wanted === "up"
        ? ["RUNNING", "EXITED", "FATAL", "UNKNOWN"]
        : ["STOPPED", "EXITED", "FATAL", "UNKNOWN"]
    if (!fine.includes(state)) world.wrong(`${spec.key} is ${state}, asked was ${known.wanted}`)
    if (state === "FATAL" && spec.definition.start.retries === "unlimited") {
      world.wrong(`${spec.key} gave up although it never should`)
    }
    if (known.spec.revision !== spec.revision && state !== "UNKNOWN")
      world.wrong(`${spec.key} has an old specification`)
    if (state !== "RUNNING" && reason === null) world.wrong(`${spec.key} states no reason`)
    if (override !== null || leftovers.some((pid) => !world.processes.has(pid))) {
      world.wrong(`${spec.key} lists what is not there`)
    }
  }
})

const shutDown = Effect.fnUntraced(function* (play: Play) {
  const { advanceTo, observer, supervisor, world } = play
  // Instances in every state, not only at rest, should see the end.
  world.troubled = play.dice.chance(0.5)
  for (const key of play.asked.keys()) {
    if (play.dice.chance(0.3)) yield* restart(play, key)
  }
  yield* advanceTo(world.now() + play.dice.between(0, 1_500))
  observer.close()
  yield* inBackground(play, "shutdown", supervisor.shutdown)
  yield* advanceTo(world.now() + 10)
  for (const key of play.asked.keys()) if (play.dice.chance(0.5)) yield* start(play, key)
  yield* advanceTo(world.now() + 300_000)
  for (const label of play.open) world.wrong(`${label} never came back`)
  for (const { spec, state } of yield* supervisor.snapshot) {
    if (!["STOPPED", "EXITED", "FATAL", "UNKNOWN"].includes(state)) {
      world.wrong(`${spec.key} is ${state} after the shutdown`)
    }
  }
})
