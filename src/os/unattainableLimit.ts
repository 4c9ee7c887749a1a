/**
 * Which of the limits that a program declares this process may not give it, found before there is a process: the exec chain
 * could only end with an exit code, and `nice` would even go on without. The kernel is asked by trying: rights are not a
 * matter of the user alone (capabilities, user namespaces, the lowest oom_score_adj that was ever set). A try is taken back
 * in the same turn, which is always permitted: what it leads back to is less than what was tried.
 */
import type { Limits } from "../domain/Definition.ts"
import * as libc from "./libc.ts"
import { ownNice, ownOomScoreAdjust, setNice, setOomScoreAdjust } from "./precedence.ts"
import { type RlimitKind, rlimits } from "./rlimits.ts"

/** One sentence: what, what was expected, what to do. Null: all can be given. */
export const unattainableLimit = (limits: Limits): string | null => {
  for (const kind of rlimits) {
    const sentence = unattainableRlimit(kind, limits[kind.field])
    if (sentence !== null) return sentence
  }
  return unattainableNice(limits.nice) ?? unattainableOomScoreAdjust(limits.oomScoreAdjust)
}

const unattainableRlimit = (
  { field, resource }: RlimitKind,
  declared: number | null
): string | null => {
  if (declared === null) return null
  const own = libc.prlimit(0, resource)
  if (typeof own === "number" || BigInt(declared) <= own.hard) return null
  const tried = libc.prlimit(0, resource, { soft: own.soft, hard: BigInt(declared) })
  if (typeof tried !== "number") {
    libc.prlimit(0, resource, own)
    return null
  }
  return (
    `limits.${field} is ${declared}, but reeve's own hard limit is ${own.hard} and it may not raise that: ` +
    `declare ${own.hard} or less, or start reeve with a higher limit`
  )
}

const unattainableNice = (declared: number | null): string | null => {
  if (declared === null) return null
  const own = ownNice()
  if (declared >= own) return null
  if (setNice(0, declared) === null) {
    setNice(0, own)
    return null
  }
  return (
    `limits.nice is ${declared}, but reeve runs with ${own} and may not go so low: ` +
    `declare ${own} or more, or start reeve with the right to do so (CAP_SYS_NICE, which root has)`
  )
}

const unattainableOomScoreAdjust = (declared: number | null): string | null => {
  if (declared === null) return null
  const own = ownOomScoreAdjust()
  if (declared >= own) return null
  if (setOomScoreAdjust("self", declared) === null) {
    setOomScoreAdjust("self", own)
    return null
  }
  return (
    `limits.oomScoreAdjust is ${declared}, but reeve runs with ${own} and may not go so low: ` +
    `declare ${own} or more, or start reeve with the right to do so (CAP_SYS_RESOURCE, which root has)`
  )
}
