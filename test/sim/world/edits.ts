/** Saves of a scenario: one change of the programs each, drawn at random, and what no save may do. */
import * as Effect from "effect/Effect"
import { drawLiveChange, drawTemplate, type Template } from "./desired.ts"
import { drawEdges, repairEdges, withEdges } from "./edges.ts"
import { hasFailed, openActions } from "./openActions.ts"
import type { Play } from "./Play.ts"
import { drawDefinition } from "./programs.ts"
import { asTask, isTask, perhapsTask } from "./tasks.ts"

export const addProgram = (play: Play): void => {
  const { dice, files, made, precedence } = play
  play.count += 1
  const name = `p${play.count}`
  const template = drawTemplate(dice, name, play.count)
  made.set(name, play.count)
  files.templates.set(name, template)
  if (precedence === null) return
  files.templates.set(name, withEdges(perhapsTask(template), edgesOf(play, name)))
  repairEdges(files.templates)
}

const edgesOf = ({ dice, files, made }: Play, name: string) =>
  drawEdges(dice, files.templates, name, (other) => made.get(other) ?? 0)

/** A file changes that programs watch. */
export const touch = ({ files, settle, supervisor, world }: Play): Effect.Effect<void> =>
  Effect.gen(function* () {
    const keys = (yield* supervisor.snapshot)
      .filter(({ spec }) => spec.definition.watch.length > 0)
      .map(({ spec }) => spec.key)
    world.note(`a file of ${keys.join(" ")} changes`)
    files.touch({ keys, effect: "restart", path: "/src/a", at: world.now() })
    yield* settle
  })

/** One save. A live change must touch no process. */
export const edit = (play: Play): Effect.Effect<void> =>
  Effect.gen(function* () {
    const { dice, files, observer, reconciler, settle, world } = play
    const quiet =
      (yield* reconciler.status).phase === "idle" &&
      !files.broken &&
      // An end that could not be recorded holds under the key that the program had.
      !world.diskFull &&
      !(yield* hasFailed(play)) &&
      // What gave up is tried again when anything of it changed.
      !(yield* play.supervisor.snapshot).some(({ state }) => state === "FATAL") &&
      (yield* openActions(play)).length === 0
    const before = observer.touches
    const waiting = new Set(
      play.supervisor
        .peek()
        .flatMap(({ reason, spec }) => (reason?.kind === "waiting" ? [spec.key] : []))
    )
    const started = observer.started.length
    const kind = change(play)
    world.note(`edit: ${kind}`)
    files.save()
    yield* settle
    if (quiet && (kind === "live" || kind === "rename" || kind === "break")) {
      // Another probe, or none, may be all that something waits for.
      const begun = observer.started.slice(started)
      const opened = kind === "live" ? begun.filter((key) => waiting.has(key)).length : 0
      if (observer.touches !== before + opened) world.wrong(`a save (${kind}) touched a process`)
    }
    if (dice.chance(0.2)) files.save()
  })

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

export const change = (play: Play): Change => {
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
      templates.set(name, scaled(template, dice.between(1, 4)))
      return kind
    case "break":
      files.broken = true
      return kind
    case "edges":
    case "nothing":
      return kind
  }
}

const scaled = (template: Template, instances: number): Template =>
  isTask(template) ? template : { ...template, instances }

const newRevision = ({ count, dice }: Play, template: Template): Template => {
  const drawn = drawDefinition(dice, `v${count}`)
  const definition = { ...template.definition, ...drawn }
  return { ...template, definition: isTask(template) ? asTask(definition) : definition }
}

const renamed = (from: string, to: string, template: Template): Template => ({
  ...template,
  group: template.group === "team" ? "team" : to,
  renamedFrom: from
})
