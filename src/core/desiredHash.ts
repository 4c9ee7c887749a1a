/**
 * What the hash of a desired state is made of: its meaning, not how it was written or in which order. An instance counts
 * by its revision, which is a hash of its definition already, so that 10,000 instances are told in a few milliseconds.
 */
import type { Group, Program, SupervisorSettings } from "../domain/Desired.ts"
import { canonicalJson } from "./canonicalJson.ts"

export const desiredMeaning = (
  programs: ReadonlyArray<Program>,
  groups: ReadonlyArray<Group>,
  supervisor: SupervisorSettings
): string =>
  canonicalJson({
    programs: sorted(programs, programMeaning),
    groups: sorted(groups, ({ programs: members, ...group }) =>
      canonicalJson({ ...group, programs: members.toSorted() })
    ),
    supervisor
  })

/** A program that did not change is the same object in the next load. */
const meanings = new WeakMap<Program, string>()

const programMeaning = (program: Program): string => {
  const meaning = meanings.get(program) ?? meaningOf(program)
  meanings.set(program, meaning)
  return meaning
}

const meaningOf = ({ name, group, origin, instances }: Program): string =>
  canonicalJson([
    name,
    group,
    origin,
    instances.map((it) => [
      it.key,
      it.name,
      it.groupPriority,
      it.protect,
      it.renamedFrom,
      it.revision
    ])
  ])

const sorted = <A>(all: ReadonlyArray<A>, meaning: (one: A) => string): ReadonlyArray<string> =>
  all.map(meaning).toSorted()
