/** Programs that are replaced with overlap, and read files anew; what their processes do with their lives. */
import type { Definition } from "../../../src/domain/Definition.ts"
import type { Update } from "../../../src/domain/Update.ts"
import { definitionOf } from "../../core/specOf.ts"
import type { Dice } from "../world/Dice.ts"
import type { Template } from "../world/desired.ts"
import { drawDefinition, drawStop, look } from "../world/programs.ts"
import { drawScript, type Script, steady } from "../world/scripts.ts"
import type { World } from "../world/World.ts"

/** Ends no simulated process. */
export const reloadSignal = { name: "WINCH", number: 28 } as const

const drawUpdate = (dice: Dice, isQuiet: boolean): Update => ({
  strategy: isQuiet || dice.chance(0.85) ? "overlap" : "restart",
  maxUnavailable: dice.pick([null, null, 2, "all"]),
  minReadyMs: dice.pick([null, null, 2_000]),
  deadlineMs: dice.pick([null, 20_000]),
  rollback: isQuiet || dice.chance(0.5)
})

const drawProbes = (dice: Dice, isQuiet: boolean): Pick<Definition, "ready" | "liveness"> => {
  const pace = { everyMs: 1_000, jitter: 0.1, failures: 2 }
  const withinMs = dice.pick([null, 6_000, 20_000])
  return {
    ready: dice.chance(0.7) ? { ...look, ...pace, successes: 1, withinMs } : null,
    liveness: !isQuiet && dice.chance(0.1) ? { ...look, ...pace, failures: 3 } : null
  }
}

const drawReload = (dice: Dice): Definition["reload"] =>
  dice.chance(0.7) ? { signal: reloadSignal.name, on: dice.chance(0.85) ? ["/etc/**"] : [] } : null

/** Quiet: it comes up, runs on, and has no hooks. */
export const drawProgram = (
  dice: Dice,
  name: string,
  version: number,
  isQuiet: boolean
): Template => {
  const drawn = definitionOf(drawDefinition(dice, `v${version}`))
  const { hooks, start, stop } = definitionOf()
  const quiet: Partial<Definition> = { hooks, start, stop: { ...stop, timeoutMs: 5_000 } }
  const group = dice.pick([name, name, "team"])
  return {
    group,
    groupPriority: group === "team" ? 10 : dice.pick([5, 999]),
    instances: dice.pick([1, 1, 2, 3]),
    renamedFrom: null,
    definition: {
      ...drawn,
      ...drawProbes(dice, isQuiet),
      update: drawUpdate(dice, isQuiet),
      watch: dice.chance(0.5) ? ["/src/**"] : [],
      reload: drawReload(dice),
      ...(isQuiet ? quiet : {})
    }
  }
}

/** Another command, and now and then more. */
export const newRevision = (dice: Dice, template: Template, version: number): Template => {
  const { definition } = template
  const command = [`v${version}`]
  if (dice.chance(0.7)) return { ...template, definition: { ...definition, command } }
  const { definition: other } = drawProgram(dice, template.group, version, false)
  return { ...template, definition: { ...definition, ...other } }
}

/** What needs no new process. */
export const liveChange = (dice: Dice, template: Template): Template => {
  const { definition } = template
  const changes = dice.pick<() => Partial<Definition>>([
    () => ({ stop: drawStop(dice) }),
    () => ({ update: drawUpdate(dice, false) }),
    () => drawProbes(dice, false),
    () => ({ reload: drawReload(dice) }),
    () => ({ watch: dice.chance(0.5) ? ["/src/**"] : [] })
  ])
  return { ...template, definition: { ...definition, ...changes() } }
}

/** Half of the lives are as wild as those of the other scenarios. */
export const drawLife = (world: World, own: Dice, spawnId: string): Script => {
  if (!world.troubled || own.chance(0.5)) return readyInTheEnd(drawScript(world, spawnId))
  return { ...quietLife(own), dieAfterMs: own.chance(0.2) ? own.between(1_000, 60_000) : null }
}

/** What others would wait for without an end is ready when nobody expects it any more. */
const readyInTheEnd = (script: Script): Script =>
  script.health?.at(-1)?.[1] === "notReady"
    ? { ...script, health: [...script.health, [120_000, "ready"]] }
    : script

/** Comes up sooner or later, and ends when it is asked to. */
export const quietLife = (own: Dice): Script => {
  const late = own.chance(0.5) ? 0 : own.between(1, 4_500)
  const child = own.chance(0.1) ? { ...steady, termAfterMs: 10 } : null
  const base = { ...steady, termAfterMs: own.between(0, 4_000), child }
  return late === 0
    ? base
    : {
        ...base,
        health: [
          [0, "notReady"],
          [late, "ready"]
        ]
      }
}

/** Lives, and is never ready. */
export const neverReady = (own: Dice): Script => ({
  ...steady,
  termAfterMs: own.between(0, 4_000),
  health: [[0, "notReady"]]
})
