/**
 * From a set of things to do to an order: ids, stages and edges. What takes no time (rename, update) comes first, then what
 * is no longer declared stops, last place first, then processes start, restart or are signalled, first place first. Whatever
 * starts a process waits for all removals, because the removed may hold its port or its files. What takes a new name of what it
 * needs waits until that has it: an optional dependency that nothing has the name of is waited for by nobody.
 */
import type { InstanceSpec } from "../domain/Instance.ts"
import type { Action, Stage } from "../domain/Plan.ts"
import { byName } from "./compareSpecs.ts"
import { byPlace, type Place } from "./dependency/places.ts"
import { programKey } from "./programKey.ts"

type Body<A> = A extends Action ? Omit<A, "id" | "dependsOn" | "needs"> : never

/** An action that has no place yet; `spec` gives it one. */
export interface Draft {
  readonly body: Body<Action>
  readonly spec: InstanceSpec
  /** Keys of programs whose starts and restarts in the same plan it needs carried out. */
  readonly after?: ReadonlyArray<string>
}

export interface Ordered {
  readonly actions: ReadonlyArray<Action>
  readonly stages: ReadonlyArray<Stage>
}

export const order = (
  drafts: ReadonlyArray<Draft>,
  placeOf: (spec: InstanceSpec) => Place
): Ordered => {
  const named = drafts.toSorted((a, b) => byName(a.spec, b.spec))
  const compare = (a: Draft, b: Draft) => byPlace(placeOf(a.spec), placeOf(b.spec))
  const of = (...kinds: ReadonlyArray<Action["kind"]>) =>
    named.filter((draft) => kinds.includes(draft.body.kind))
  const adoptions = of("adopt")
  const renames = of("rename")
  const updates = of("update")
  const leaving = new Map(
    of("stop").flatMap((draft) =>
      isForgotten(draft) ? [[draft.body.address, draft] as const] : []
    )
  )
  // They are stopped under their new address, for which they wait until another has left it.
  const late = new Set(
    renames.flatMap(({ body }) => (leaving.has(body.address) ? [body.instance] : []))
  )
  const turn = ({ body }: Draft) => (late.has(body.instance) ? 1 : 0)
  const byTurn = (a: Draft, b: Draft) => turn(a) - turn(b) || compare(b, a)
  const stops = of("stop").sort(byTurn)
  const starts = of("start", "restart", "signal").sort(compare)

  const sequence = [...adoptions, ...renames, ...updates, ...stops, ...starts]
  const ids = new Map(sequence.map((draft, at) => [draft, `a${at + 1}`]))
  const idOf = (draft: Draft): string => ids.get(draft) ?? ""
  const stageOf = new Map<Draft, number>()
  const stages = [...ranks(stops, byTurn), ...ranks(starts, compare)].map((members, at): Stage => {
    for (const member of members) stageOf.set(member, at)
    return { id: `s${at + 1}`, actions: members.map(idOf) }
  })
  const programs = programStages(starts, idOf)
  const renamed = renamesByName(
    renames.filter(({ body }) => !leaving.has(body.address)),
    idOf
  )

  const before = new Map<string, string>()
  const actions = sequence.map((draft): Action => {
    const { body } = draft
    const dependsOn: Array<string> = []
    const own = before.get(body.instance)
    if (own !== undefined) dependsOn.push(own)
    before.set(body.instance, idOf(draft))
    const holder = body.kind === "rename" ? leaving.get(body.address) : undefined
    if (holder !== undefined) dependsOn.push(idOf(holder))
    const stage = stages[(stageOf.get(draft) ?? 0) - 1]
    if (stage !== undefined) dependsOn.push(stage.id)
    dependsOn.push(...newNames(draft, renamed))
    const id = idOf(draft)
    if (body.kind !== "restart") return { ...body, id, dependsOn }
    const needs = (draft.after ?? []).flatMap((key) => programs.get(key)?.id ?? [])
    return { ...body, id, dependsOn, needs }
  })
  return { actions, stages: [...stages, ...programs.values()] }
}

/** Ids of renames by the names that the program has then. One that waits for a stop is left out: updates may come before that. */
const renamesByName = (
  renames: ReadonlyArray<Draft>,
  idOf: (draft: Draft) => string
): ReadonlyMap<string, ReadonlyArray<string>> => {
  const found = new Map<string, Array<string>>()
  for (const draft of renames) {
    const { group, program } = draft.spec
    for (const name of new Set([program, group, `${group}:${program}`])) {
      const known = found.get(name)
      if (known === undefined) found.set(name, [idOf(draft)])
      else known.push(idOf(draft))
    }
  }
  return found
}

/** The renames that give its dependencies the names that its specification has for them. */
const newNames = (
  { body, spec }: Draft,
  renamed: ReadonlyMap<string, ReadonlyArray<string>>
): ReadonlyArray<string> => {
  if (renamed.size === 0 || !takesSpec.has(body.kind)) return []
  const names = Object.keys(spec.definition.dependsOn)
  return [...new Set(names.flatMap((name) => renamed.get(name) ?? []))]
}

const takesSpec: ReadonlySet<Action["kind"]> = new Set(["update", "start", "restart"])

/** Its address is free for another then. */
const isForgotten = ({ body }: Draft): boolean => body.kind === "stop" && body.forget

/** The starts and restarts of each program that another action needs, as one thing to wait for. */
const programStages = (
  starts: ReadonlyArray<Draft>,
  idOf: (draft: Draft) => string
): ReadonlyMap<string, Stage> => {
  const needed = new Set(starts.flatMap(({ after }) => after ?? []))
  if (needed.size === 0) return new Map()
  const members = Map.groupBy(starts, ({ spec }) => programKey(spec))
  const found = new Map<string, Stage>()
  for (const [key, drafts] of members) {
    if (!needed.has(key)) continue
    const begun = drafts.filter(({ body }) => body.kind !== "signal")
    found.set(key, { id: `p${found.size + 1}`, actions: begun.map(idOf) })
  }
  return found
}

/** Runs of one place in a sequence that is sorted by it. */
const ranks = (
  sorted: ReadonlyArray<Draft>,
  compare: (a: Draft, b: Draft) => number
): ReadonlyArray<ReadonlyArray<Draft>> => {
  const found: Array<Array<Draft>> = []
  let last: Draft | undefined
  for (const draft of sorted) {
    if (last === undefined || compare(last, draft) !== 0) found.push([])
    found.at(-1)?.push(draft)
    last = draft
  }
  return found
}
