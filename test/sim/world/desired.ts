/** Files without files: programs in memory, edited at random, that a fake Loader gives as desired state. */
import { createHash } from "node:crypto"
import { canonicalJson } from "../../../src/core/canonicalJson.ts"
import type { ScaleOverride } from "../../../src/domain/Actual.ts"
import type { Definition } from "../../../src/domain/Definition.ts"
import type { Desired, Program } from "../../../src/domain/Desired.ts"
import type { InstanceSpec } from "../../../src/domain/Instance.ts"
import { definitionOf, specOf } from "../../core/specOf.ts"
import type { Dice } from "./Dice.ts"
import { drawDefinition, drawStop, probesOf } from "./programs.ts"
import { isTask, liveTask } from "./tasks.ts"

export interface Template {
  readonly group: string
  readonly groupPriority: number
  readonly instances: number
  readonly renamedFrom: string | null
  readonly definition: Definition
}

export type Templates = Map<string, Template>

export const drawTemplate = (dice: Dice, name: string, version: number): Template => {
  const group = dice.pick([name, name, "team"])
  return {
    group,
    groupPriority: group === "team" ? 10 : dice.pick([5, 999]),
    instances: dice.pick([1, 1, 2, 3]),
    renamedFrom: null,
    definition: definitionOf(drawDefinition(dice, `v${version}`))
  }
}

/** Only what applies without a new process. */
export const drawLiveChange = (dice: Dice, template: Template): Template => {
  const definition = { ...template.definition, stop: drawStop(dice) }
  if (isTask(template)) return { ...template, definition: liveTask(definition) }
  return { ...template, definition: { ...definition, ...probesOf(definition) } }
}

export const desiredOf = (templates: Templates, scales: ReadonlyArray<ScaleOverride>): Desired => {
  const programs = [...templates]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, template]): Program => {
      const scale = scales.find((it) => it.program === name && it.group === template.group)
      const count = scale?.instances ?? template.instances
      const instances = Array.from({ length: count }, (_, index) =>
        instanceOf(name, template, index, count)
      )
      const { group } = template
      const source = { file: `programs/${name}.ts`, line: 1, column: 1 }
      return { name, group, origin: "typescript", source, instances }
    })
  const groups = [...new Set(programs.map(({ group }) => group))].map((name) => ({
    name,
    priority: name === "team" ? 10 : 999,
    declared: name === "team",
    programs: programs.filter(({ group }) => group === name).map((it) => it.name)
  }))
  const log = { level: "info", file: null, maxBytes: 0, backups: 0, syslog: false } as const
  return {
    programs,
    groups,
    supervisor: { apply: "auto", log },
    hash: createHash("sha256").update(canonicalJson(programs)).digest("hex"),
    git: { commit: null, dirty: false }
  }
}

/** A template that no edit has touched gives the same instances as before. */
const known = new WeakMap<Template, Map<string, InstanceSpec>>()

const instanceOf = (
  program: string,
  template: Template,
  index: number,
  count: number
): InstanceSpec => {
  const ofTemplate = known.get(template) ?? new Map<string, InstanceSpec>()
  known.set(template, ofTemplate)
  const name = `${program} ${index} ${count}`
  const spec = ofTemplate.get(name) ?? makeInstance(program, template, index, count)
  ofTemplate.set(name, spec)
  return spec
}

const makeInstance = (
  program: string,
  template: Template,
  index: number,
  count: number
): InstanceSpec => {
  const { definition, group, groupPriority, renamedFrom } = template
  return specOf(
    {
      name: count === 1 ? program : `${program}:${index}`,
      group,
      groupPriority,
      program,
      index,
      origin: "typescript",
      renamedFrom
    },
    definition
  )
}
