/**
 * The register of groups under `reeve up`, where files are the truth and there is no second list: pending is what they said
 * when they were loaded last, active is what was accepted and runs. What a client makes of one group is accepted content with
 * that group alone exchanged.
 */
import * as Effect from "effect/Effect"
import { type GroupContent, type GroupRegister, ReadRefused } from "../../config/GroupRegister.ts"
import { contentsOf } from "../../config/groupContents.ts"
import { byText } from "../../core/byText.ts"
import { desiredMeaning } from "../../core/desiredHash.ts"
import { standardSettings } from "../../core/expandSupervisor.ts"
import { isOutdated } from "../../core/isOutdated.ts"
import type { ActualInstance } from "../../domain/Actual.ts"
import type { Desired, Program } from "../../domain/Desired.ts"
import type { InstanceSpec } from "../../domain/Instance.ts"
import type { Problem } from "../../domain/Problem.ts"
import type { SupervisordConfig } from "../../domain/SupervisordConfig.ts"
import { sha256 } from "../../os/sha256.ts"
import type { Reconciler } from "../../reconcile/Reconciler.ts"
import type { Supervisor } from "../../supervise/Supervisor.ts"

interface Sources {
  readonly reconciler: Reconciler["Service"]
  readonly supervisor: Supervisor["Service"]
  readonly config: SupervisordConfig
}

export interface FilesRegister {
  readonly register: GroupRegister["Service"]
  /** Its `applyGroup` carries out what the register says of the group. */
  readonly reconciler: Reconciler["Service"]
}

type Groups = ReadonlyMap<string, GroupContent>

export const filesRegister = ({ config, reconciler, supervisor }: Sources): FilesRegister => {
  /** Decided and not carried out yet; null: no such group. */
  let chosen: ReadonlyMap<string, GroupContent | null> = new Map()
  const choose = (name: string, content: GroupContent | null) => {
    chosen = new Map([...chosen, [name, content]])
  }
  const loaded = (): Desired => {
    const content = reconciler.content()
    return content.loaded ?? content.accepted ?? empty
  }
  const accepted = (): Desired => reconciler.content().accepted ?? empty
  // Clients ask group by group: the tables are made anew only when what they are made of is.
  const wanted = remembered(contentsOf)
  const actual = remembered(running)
  const shown = remembered(exchanged)
  const pending = (): Groups => wanted(loaded())
  const active = (): Groups => shown(actual(accepted(), supervisor.peek()), chosen)
  const last = () => ({ ...loaded(), config, warnings: [], inputs: [], patterns: [] })
  const desired = (): Desired => desiredOf(exchanged(contentsOf(accepted()), chosen), accepted())
  const register: GroupRegister["Service"] = {
    read: reconciler.followFiles.pipe(
      Effect.map(last),
      Effect.mapError(({ inputs, problems }) => new ReadRefused({ text: told(problems), inputs }))
    ),
    last,
    pending: () => sorted(pending()),
    active: () => sorted(active()),
    pendingGroup: (name) => pending().get(name),
    activeGroup: (name) => active().get(name),
    activate: (content) => choose(content.group.name, content),
    deactivate: (name) => choose(name, null),
    desired
  }
  return {
    register,
    reconciler: {
      ...reconciler,
      applyGroup: (group, who) =>
        Effect.suspend(() => reconciler.applyGroup(group, who, desired())).pipe(
          Effect.ensuring(
            Effect.sync(() => {
              chosen = new Map([...chosen].filter(([name]) => name !== group))
            })
          )
        )
    }
  }
}

/** Of the same arguments as last time, the same result. */
const remembered = <Given extends ReadonlyArray<unknown>, A>(make: (...given: Given) => A) => {
  let last: { readonly given: Given; readonly made: A } | null = null
  return (...given: Given): A => {
    if (last === null || given.some((one, at) => one !== last?.given[at])) {
      last = { given, made: make(...given) }
    }
    return last.made
  }
}

const empty: Desired = {
  programs: [],
  groups: [],
  supervisor: standardSettings,
  hash: "",
  git: { commit: null, dirty: false }
}

const exchanged = (groups: Groups, chosen: ReadonlyMap<string, GroupContent | null>): Groups => {
  const all = new Map(groups)
  for (const [name, content] of chosen) {
    if (content === null) all.delete(name)
    else all.set(name, content)
  }
  return all
}

const desiredOf = (contents: Groups, { git, supervisor }: Desired): Desired => {
  const programs = [...contents.values()]
    .flatMap((content) => content.programs)
    .sort((a, b) => byText(a.group, b.group) || byText(a.name, b.name))
  const groups = [...contents.values()]
    .map(({ group }) => group)
    .sort((a, b) => byText(a.name, b.name))
  const hash = sha256(desiredMeaning(programs, groups, supervisor))
  return { programs, groups, supervisor, hash, git }
}

/** What was accepted, as far as it runs so: a guard may hold an instance as it was. */
const running = (accepted: Desired, instances: ReadonlyArray<ActualInstance>): Groups => {
  const specs = new Map(instances.map((instance) => [instance.spec.key, specOf(instance)]))
  const groups = new Map<string, GroupContent>()
  for (const [name, { group, programs }] of contentsOf(accepted)) {
    const actual = programs.map((program) => ({
      ...program,
      instances: program.instances.map((spec) => {
        const found = specs.get(spec.key) ?? spec
        specs.delete(spec.key)
        return found
      })
    }))
    groups.set(name, { group, programs: actual })
  }
  // Not wanted any more, but still there.
  for (const [name, left] of Map.groupBy(specs.values(), ({ group }) => group)) {
    const known = groups.get(name)
    const programs = [...(known?.programs ?? []), ...programsOf(left)]
    groups.set(name, { group: known?.group ?? groupOf(name, programs), programs })
  }
  return groups
}

/** What its process was started with, where another definition waits for a new process. */
const specOf = (instance: ActualInstance): InstanceSpec =>
  isOutdated(instance) && instance.started !== null ? instance.started : instance.spec

const programsOf = (specs: ReadonlyArray<InstanceSpec>): ReadonlyArray<Program> =>
  [...Map.groupBy(specs, ({ program }) => program)].flatMap(([name, instances]) => {
    const [first] = instances
    if (first === undefined) return []
    const { group, origin, source } = first
    return [{ name, group, origin, source, instances }]
  })

const groupOf = (name: string, programs: ReadonlyArray<Program>): GroupContent["group"] => ({
  name,
  priority: programs[0]?.instances[0]?.groupPriority ?? 999,
  declared: false,
  programs: programs.map((program) => program.name)
})

const sorted = (groups: Groups): ReadonlyArray<GroupContent> =>
  [...groups.values()].sort(
    ({ group: a }, { group: b }) => a.priority - b.priority || byText(a.name, b.name)
  )

/** The first error, and how many there are besides. */
const told = (problems: ReadonlyArray<Problem>): string => {
  const [first, ...rest] = problems.filter(({ severity }) => severity === "error")
  if (first === undefined) return "the files have errors"
  const place = [first.file, first.line, first.column].filter((part) => part !== null).join(":")
  const message = first.message.replaceAll(/\s*\n\s*/g, " ").trim()
  const text = place === "" ? message : `${place}: ${message}`
  return rest.length === 0 ? text : `${text} (and ${rest.length} more: reeve check tells all)`
}
