/** Tasks of a scenario. What is one, and how its runs end, is drawn from what is drawn anyway. */
import { canonicalJson } from "../../../src/core/canonicalJson.ts"
import { drawnFrom } from "../../../src/core/drawnFrom.ts"
import type { Definition } from "../../../src/domain/Definition.ts"
import type { ExitStatus } from "../../../src/domain/State.ts"
import type { Template } from "./desired.ts"
import type { Script } from "./scripts.ts"

/** Three of ten programs are one. */
export const perhapsTask = (template: Template): Template =>
  drawnFrom(`${canonicalJson(template.definition)} task`) < 0.3
    ? { ...template, instances: 1, definition: asTask(template.definition) }
    : template

export const isTask = ({ definition }: Pick<Template, "definition">): boolean =>
  definition.task !== null

/** With the policy of a task, as core/expandTask gives it. */
export const asTask = (definition: Definition): Definition => {
  const drawn = drawnFrom(`${canonicalJson(definition)} run`)
  return {
    ...definition,
    start: { auto: definition.start.auto, stableAfterMs: 0, retries: drawn < 0.5 ? 0 : 2 },
    restart: {
      when: "unexpected",
      expectedExitCodes: [0],
      maxLifetimeMs: null,
      lifetimeVariance: 0.1,
      backoff: {
        kind: "exponential",
        initialMs: 1_000,
        factor: 2,
        maxMs: 60_000,
        jitter: 0.2,
        pace: "restarts",
        resetAfterMs: null
      }
    },
    ready: null,
    liveness: null,
    task: { once: drawn % 0.5 < 0.25 }
  }
}

/** A task may turn into one that runs once, or back, while it runs. */
export const liveTask = (definition: Definition): Definition =>
  drawnFrom(`${canonicalJson(definition)} once`) < 0.5 && definition.task !== null
    ? { ...definition, task: { once: !definition.task.once } }
    : definition

/** Most of its runs end, and half of them well; without trouble all do. */
export const runOfTask = (script: Script, spawnId: string, troubled: boolean): Script => {
  if (!troubled) return { ...script, dieAfterMs: 300, status: completed }
  const drawn = drawnFrom(`${spawnId} run`)
  const dieAfterMs = script.dieAfterMs ?? (drawn < 0.8 ? Math.round(8_000 * drawn) : null)
  const status = drawnFrom(`${spawnId} end`) < 0.5 ? completed : script.status
  return { ...script, dieAfterMs, status }
}

const completed: ExitStatus = { kind: "code", code: 0 }
