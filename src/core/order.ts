/**
 * From a set of things to do to an order: ids, stages and edges. What takes no time (rename, update) comes first, then what
 * is no longer declared stops, highest priority number first, then processes start or restart, lowest first. Whatever
 * starts a process waits for all removals, because the removed may hold its port or its files.
 */
import type { InstanceSpec } from "../domain/Instance.ts"
import type { Action, Stage } from "../domain/Plan.ts"
import { byName, byRank } from "./compareSpecs.ts"
import { programKey } from "./programKey.ts"

type Body<A> = A extends Action ? Omit<A, "id" | "dependsOn"> : never

/** An action that has no place yet; `spec` gives its rank. */
export interface Draft {
  readonly body: Body<Action>
  readonly spec: InstanceSpec
}

export interface Ordered {
  readonly actions: ReadonlyArray<Action>
  readonly stages: ReadonlyArray<Stage>
}

export const order = (drafts: ReadonlyArray<Draft>): Ordered => {
  const named = drafts.toSorted((a, b) => byName(a.spec, b.spec))
  const of = (...kinds: ReadonlyArray<Action["kind"]>) =>
    named.filter((draft) => kinds.includes(draft.body.kind))
  const adoptions = of("adopt")
  const renames = of("rename")
  const updates = of("update")
  const stops = of("stop").sort((a, b) => byRank(b.spec, a.spec))
  const starts = of("start", "restart").sort((a, b) => byRank(a.spec, b.spec))

  const sequence = [...adoptions, ...renames, ...updates, ...stops, ...starts]
  const ids = new Map(sequence.map((draft, at) => [draft, `a${at + 1}`]))
  const idOf = (draft: Draft): string => ids.get(draft) ?? ""
  const down = ranks(stops)
  const up = ranks(starts)
  const stageOf = new Map<Draft, number>()
  const stages = [...down, ...up].map((members, at): Stage => {
    for (const member of members) stageOf.set(member, at)
    return { id: `s${at + 1}`, actions: members.map(idOf) }
  })

  const leaving = new Map(stops.map((draft) => [draft.body.address, draft]))
  const before = new Map<string, string>()
  const watched = new Map<string, string>()
  const actions = sequence.map((draft): Action => {
    const { body } = draft
    const dependsOn: Array<string> = []
    const own = before.get(body.instance)
    if (own !== undefined) dependsOn.push(own)
    before.set(body.instance, idOf(draft))
    if (body.cause.kind === "watch") {
      // One after the other, so that not all are down at once.
      const program = programKey(draft.spec)
      const other = watched.get(program)
      if (other !== undefined) dependsOn.push(other)
      watched.set(program, idOf(draft))
    }
    const holder = body.kind === "rename" ? leaving.get(body.address) : undefined
    if (holder !== undefined) dependsOn.push(idOf(holder))
    const stage = stages[(stageOf.get(draft) ?? 0) - 1]
    if (stage !== undefined) dependsOn.push(stage.id)
    return { ...body, id: idOf(draft), dependsOn }
  })
  return { actions, stages }
}

/** Runs of equal rank in a sequence that is sorted by rank. */
const ranks = (sorted: ReadonlyArray<Draft>): ReadonlyArray<ReadonlyArray<Draft>> => {
  const found: Array<Array<Draft>> = []
  let last: Draft | undefined
  for (const draft of sorted) {
    if (last === undefined || byRank(last.spec, draft.spec) !== 0) found.push([])
    found.at(-1)?.push(draft)
    last = draft
  }
  return found
}
