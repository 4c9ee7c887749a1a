/**
 * Other limits for what runs: for a process as they are declared, for its descendants as if it had been started with them. One
 * that still has what it inherited gets the new value; one that chose its own precedence keeps it, and of the limits of
 * getrlimit(2) it keeps what is not above the new one. Synchronous, and asks for members again until there are no new ones:
 * what a process starts after its own change has inherited it.
 */
import type { Limits } from "../domain/Definition.ts"
import * as libc from "./libc.ts"
import type { LimitRefusal } from "./Proc.ts"
import {
  niceOf,
  oomScoreAdjustOf,
  ownNice,
  ownOomScoreAdjust,
  setNice,
  setOomScoreAdjust,
  threadsOf
} from "./precedence.ts"
import { startTicksOf } from "./procStat.ts"
import { type RlimitKind, rlimitOf, rlimits } from "./rlimits.ts"

interface Change {
  readonly before: Limits
  readonly after: Limits
}

/** One field on its way from one value to another. Each gives the errno's name of what was refused; null: done. */
interface Changer {
  readonly field: keyof Limits
  readonly leader: () => string | null
  readonly member: (pid: number) => string | null
}

/** Looks at the members of a process that starts others faster than they can be looked at. */
const ROUNDS = 8

export const changeLimits = (
  { pid, startTicks }: { readonly pid: number; readonly startTicks: number },
  change: Change,
  members: () => ReadonlyArray<number>
): ReadonlyArray<LimitRefusal> => {
  const changers = changersOf(pid, change)
  if (changers.length === 0) return []
  const refused = new Map<keyof Limits, LimitRefusal>()
  const note = (field: keyof Limits, at: number, errno: string | null) => {
    if (errno !== null && !refused.has(field)) refused.set(field, { field, pid: at, errno })
  }
  const isThere = startTicksOf(pid) === startTicks
  for (const { field, leader } of changers) note(field, pid, isThere ? leader() : "ESRCH")
  const accepted = changers.filter(({ field }) => !refused.has(field))
  const seen = new Set([pid])
  for (let round = 0; round < ROUNDS && accepted.length > 0; round += 1) {
    const late = members().filter((member) => !seen.has(member))
    if (late.length === 0) break
    for (const member of late) {
      seen.add(member)
      for (const { field, member: to } of accepted) {
        const errno = to(member)
        // One that has ended meanwhile has nothing to change.
        if (errno !== "ESRCH") note(field, member, errno)
      }
    }
  }
  return [...refused.values()]
}

const changersOf = (pid: number, { after, before }: Change): ReadonlyArray<Changer> => [
  ...rlimits
    // The kernel kills at once what has used more: that takes an orderly restart.
    .filter(({ field }) => field !== "cpu" && before[field] !== after[field])
    .map((kind) => rlimitChanger(pid, kind, { before, after })),
  ...(before.nice === after.nice ? [] : [niceChanger(pid, before.nice, after.nice)]),
  ...(before.oomScoreAdjust === after.oomScoreAdjust
    ? []
    : [oomScoreChanger(pid, before.oomScoreAdjust, after.oomScoreAdjust)])
]

const rlimitChanger = (pid: number, kind: RlimitKind, { after, before }: Change): Changer => {
  const { field, resource } = kind
  const had = libc.prlimit(pid, resource)
  const declared = rlimitOf(resource, before[field])
  const wanted = rlimitOf(resource, after[field])
  const set = (at: number, next: libc.Rlimit | number): string | null => {
    const result = typeof next === "number" ? next : libc.prlimit(at, resource, next)
    return typeof result === "number" ? libc.errnoName(result) : null
  }
  const given = (own: libc.Rlimit | number) => {
    if (after[field] !== null || typeof own === "number" || typeof wanted === "number")
      return wanted
    // What a program without a limit raises it raises at its start: nothing is taken from one that runs.
    const keeps = least(own.soft, wanted.soft) === wanted.soft
    const soft = keeps ? own.soft : wanted.soft
    return { soft: least(soft, wanted.hard), hard: wanted.hard }
  }
  return {
    field,
    leader: () => set(pid, given(had)),
    member: (at) => {
      const own = libc.prlimit(at, resource)
      if (typeof own === "number" || typeof wanted === "number") return set(at, own)
      if (isSame(own, had) || isSame(own, declared)) return set(at, given(own))
      const capped = { soft: least(own.soft, wanted.soft), hard: least(own.hard, wanted.hard) }
      return isSame(own, capped) ? null : set(at, capped)
    }
  }
}

const least = (a: bigint, b: bigint): bigint => (a < b ? a : b)

const isSame = (a: libc.Rlimit, b: libc.Rlimit | number): boolean =>
  typeof b !== "number" && a.soft === b.soft && a.hard === b.hard

/** Niceness is each thread's own: of the process itself, its first thread gets it in any case. */
const niceChanger = (pid: number, before: number | null, after: number | null): Changer => {
  const inherited = new Set([niceOf(pid), before ?? ownNice()])
  const wanted = after ?? ownNice()
  inherited.delete(wanted)
  const member = (at: number): string | null => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const late = threadsOf(at).filter((thread) => inherited.has(niceOf(thread)))
      if (late.length === 0) break
      const refused = firstRefusal(late, (thread) => setNice(thread, wanted))
      if (refused !== null) return refused
    }
    return null
  }
  return { field: "nice", leader: () => setNice(pid, wanted) ?? member(pid), member }
}

/** A thread that has ended meanwhile is no refusal. */
const firstRefusal = (
  threads: ReadonlyArray<number>,
  set: (thread: number) => string | null
): string | null => threads.map(set).find((errno) => errno !== null && errno !== "ESRCH") ?? null

const oomScoreChanger = (pid: number, before: number | null, after: number | null): Changer => {
  const inherited = new Set([oomScoreAdjustOf(pid), before ?? ownOomScoreAdjust()])
  const wanted = after ?? ownOomScoreAdjust()
  return {
    field: "oomScoreAdjust",
    leader: () => setOomScoreAdjust(pid, wanted),
    member: (at) => (inherited.has(oomScoreAdjustOf(at)) ? setOomScoreAdjust(at, wanted) : null)
  }
}
