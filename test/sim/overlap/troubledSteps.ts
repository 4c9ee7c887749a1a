/** Steps on a machine in trouble: anything may happen at any time. */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { Templates } from "../world/desired.ts"
import { type OverlapPlay, untilUp } from "./overlapScenario.ts"
import { drawLife, drawProgram, liveChange, newRevision } from "./programs.ts"

export const playTroubled = (play: OverlapPlay): Effect.Effect<void> =>
  Effect.gen(function* () {
    const { stage, succession } = play
    const { dice, machine, own, world } = stage
    world.troubled = true
    const isMortal = dice.chance(0.6)
    machine.scriptOf = (spawnId) => drawLife(world, own, spawnId)
    const programs = dice.between(1, 3)
    for (let index = 0; index < programs; index += 1) add(play)
    yield* stage.boot
    yield* stage.settle
    const steps = dice.between(8, 16)
    for (let step = 0; step < steps; step += 1) {
      if (dice.chance(0.2)) {
        yield* stage.collide(Effect.suspend(() => oneOf(play)))
        continue
      }
      const pause = dice.pick([0, 50, 700, 1_500, 3_000, 6_000, 15_000])
      yield* stage.advanceTo(world.now() + pause)
      if (dice.chance(0.04)) world.diskFull = !world.diskFull
      if (isMortal && machine.doom === null && dice.chance(0.3)) {
        machine.doomIn(
          dice.pick([1, 4, 12, 40]) + dice.between(0, 12),
          dice.pick(["before", "after"])
        )
      }
      yield* oneOf(play)
      yield* stage.settle
      // A daemon may also die while it has nothing to do.
      if (isMortal && machine.life?.daemon != null && dice.chance(0.04)) machine.kill(machine.life)
    }
    succession.count(isMortal ? "mortal" : "immortal")
    world.diskFull = false
  })

const oneOf = (play: OverlapPlay): Effect.Effect<void> => {
  const { dice } = play.stage
  const drawn = dice.share()
  if (drawn < 0.55) return edit(play)
  return drawn < 0.75 ? touch(play) : byHand(play)
}

const add = (play: OverlapPlay): void => {
  const { dice, files } = play.stage
  play.count += 1
  const name = `p${play.count}`
  files.templates.set(name, drawProgram(dice, name, play.count, false))
}

const edit = (play: OverlapPlay): Effect.Effect<void> =>
  Effect.gen(function* () {
    const { dice, files, settle, world } = play.stage
    const kinds = [change(play)]
    if (dice.chance(0.15)) kinds.push(change(play))
    world.note(`edit: ${kinds.join(", ")}`)
    files.save()
    yield* settle
    if (dice.chance(0.1)) files.save()
  })

const change = (play: OverlapPlay): string => {
  const { dice, files } = play.stage
  const { templates } = files
  play.count += 1
  if (files.broken) files.broken = false
  const [name, template] = pickOne(play) ?? []
  if (name === undefined || template === undefined) {
    add(play)
    return "add"
  }
  const kind = dice.pick(kinds)
  switch (kind) {
    case "restart":
      remember(play, name)
      templates.set(name, newRevision(dice, template, play.count))
      break
    case "back": {
      const before = befores.get(templates)?.get(name)
      remember(play, name)
      if (before !== undefined) {
        templates.set(name, { ...template, definition: before.definition })
      }
      break
    }
    case "live":
      templates.set(name, liveChange(dice, template))
      break
    case "scale":
      templates.set(name, { ...template, instances: dice.between(1, 4) })
      break
    case "rename": {
      const to = `n${play.count}`
      templates.delete(name)
      const group = template.group === "team" ? "team" : to
      templates.set(to, { ...template, group, renamedFrom: name })
      break
    }
    case "remove":
      templates.delete(name)
      break
    case "add":
      add(play)
      break
    case "break":
      files.broken = true
      break
    case "nothing":
      break
  }
  return `${kind} ${name}`
}

const kinds = [
  ...(["restart", "restart", "restart", "restart", "restart", "back", "back", "live"] as const),
  ...(["live", "scale", "rename", "remove", "add", "break", "nothing"] as const)
] as const

/** What programs were before their latest change. */
const befores = new WeakMap<Templates, Templates>()

const remember = ({ stage: { files } }: OverlapPlay, name: string): void => {
  const { templates } = files
  const known: Templates = befores.get(templates) ?? new Map()
  befores.set(templates, known)
  const now = templates.get(name)
  if (now !== undefined) known.set(name, now)
}

const pickOne = ({ stage: { dice, files } }: OverlapPlay) => {
  const all = [...files.templates]
  return all.length === 0 ? undefined : dice.pick(all)
}

/** A file changes that some read anew and some are made from. */
const touch = ({ stage, succession }: OverlapPlay): Effect.Effect<void> =>
  Effect.gen(function* () {
    const { dice, files, machine, settle, world } = stage
    if (machine.life?.daemon == null) return
    const { life } = machine
    const effect = dice.pick(["reload", "reload", "restart"] as const)
    const keys = stage.supervisor.peek().flatMap(({ spec: { definition, key } }) => {
      const on = effect === "reload" ? (definition.reload?.on ?? []) : definition.watch
      return on.length === 0 ? [] : [key]
    })
    if (keys.length === 0) return
    world.note(`a file of ${keys.join(" ")} changes (${effect})`)
    succession.count(effect)
    const at = world.now()
    files.touch({ keys, effect, path: effect === "reload" ? "/etc/a" : "/src/a", at })
    succession.reloads.touch(keys, effect)
    yield* settle
    if (machine.life !== life || world.diskFull) succession.reloads.unheard(at)
  })

const byHand = ({ stage, succession }: OverlapPlay): Effect.Effect<void> =>
  Effect.gen(function* () {
    const { dice, inDaemon, machine, observer, world } = stage
    if (machine.life?.daemon == null) yield* untilUp(stage)
    // An override that cannot be recorded is refused or told; what holds then is not decided here.
    if (world.diskFull) return
    const { operator, supervisor } = stage
    const instances = supervisor.peek()
    if (instances.length === 0) return
    const { address, definition, key } = dice.pick(instances).spec
    const kind = dice.pick(["stop", "start", "restart", "release", "reload", "reload"])
    world.note(`by hand: ${kind} ${address}`)
    observer.askedAt.set(key, world.now())
    const reason = { reason: null }
    switch (kind) {
      case "stop": {
        const now = yield* Clock.currentTimeMillis
        const until = dice.chance(0.5) ? now + dice.between(5_000, 60_000) : null
        if (until === null) observer.stoppedByHand.add(key)
        else observer.stoppedByHand.delete(key)
        return yield* inDaemon(`stop ${key}`, operator.stop([address], "ann", { ...reason, until }))
      }
      case "start":
        observer.stoppedByHand.delete(key)
        return yield* inDaemon(`start ${key}`, operator.start([address], "ann", false))
      case "restart":
        observer.stoppedByHand.delete(key)
        return yield* inDaemon(`restart ${key}`, operator.restart([address], "ann", false))
      case "release":
        observer.stoppedByHand.delete(key)
        return yield* inDaemon(`release ${key}`, operator.release([address], "ann"))
      case "reload":
        if (definition.reload !== null) succession.reloads.hand(key)
        return yield* inDaemon(`reload ${key}`, operator.reload([address], "ann"))
    }
  })
