import { rescale } from "../config/rescale.ts"
import type { Desired } from "../domain/Desired.ts"
import type { Bad, Memory } from "./Memory.ts"

/** What is known against this content, also with other numbers of instances; null: nothing. */
export const badOf = ({ bad }: Memory, desired: Desired): Bad | null =>
  bad !== null && declared(bad.content) === declared(desired) ? bad : null

/** What content says apart from numbers of instances that were set by hand. */
export const declared = (desired: Desired): string => rescale(desired, []).hash
