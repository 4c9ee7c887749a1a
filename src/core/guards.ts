/**
 * What waits for a person (design 6.5): directories vanish, a generation is pinned, protected programs stay, a person said
 * "manual", and a generation that failed is not tried again. A guard never changes a plan's actions; it says that, and why,
 * they wait.
 */
import type { Pin } from "../domain/Pin.ts"
import type { Hold } from "../domain/Plan.ts"
import { pinText } from "./pinText.ts"

/** What is asked of a plan that is to be applied without a person. */
export interface Situation {
  readonly mode: "auto" | "manual"
  /** An operator applies it: only protection still holds. */
  readonly confirmed: boolean
  readonly actions: number
  /** Programs that exist now, and how many of them the plan removes; a renamed one is not removed. */
  readonly existing: number
  readonly removed: number
  /** The same content was tried before and failed. */
  readonly failedBefore: boolean
  /** The same content was undone because it failed. */
  readonly bad: { readonly number: number; readonly text: string } | null
  /** Something else is kept running until `reeve resume`. */
  readonly pin: Pin | null
}

export const guards = (situation: Situation): ReadonlyArray<Hold> => {
  if (situation.confirmed) return []
  const { pin } = situation
  const holds: Array<Hold> = pin === null ? [] : [pinned(pin)]
  if (situation.actions === 0) return holds
  const whole = (kind: Hold["kind"], text: string) => holds.push({ kind, text, instances: [] })
  if (situation.mode === "manual") whole("manual", "waits for `reeve apply` (manual mode)")
  if (removesMost(situation)) {
    const { existing, removed } = situation
    const many = removed === existing ? `all ${existing} programs` : `${removed} of ${existing}`
    whole("massRemoval", `would remove ${many}; \`reeve apply\` confirms it`)
  }
  if (situation.failedBefore) {
    whole("failedBefore", "failed before and nothing changed since; `reeve apply` tries it again")
  }
  if (situation.bad !== null) {
    const { number, text } = situation.bad
    const next = "mend the files, or try the same again with `reeve apply`"
    whole("undone", `this failed as generation ${number} and was undone (${text}); ${next}`)
  }
  return holds
}

/** Also of a plan without actions: the next save would wait. */
const pinned = (pin: Pin): Hold => ({
  kind: "pinned",
  text: `${pinText(pin)}; \`reeve resume\` applies what the files say`,
  instances: [],
  at: pin.at
})

/** Every program of two or more, or more than half of ten or more. */
const removesMost = ({ existing, removed }: Situation): boolean =>
  (existing >= 2 && removed === existing) || (existing >= 10 && removed * 2 > existing)

/** The whole plan waits, not only some of its instances. */
export const holdsAll = (holds: ReadonlyArray<Hold>): boolean =>
  holds.some(({ instances }) => instances.length === 0)
