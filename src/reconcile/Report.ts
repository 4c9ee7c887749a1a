/** What the reconciler tells while it works, for whoever shows it (the foreground of `up`, the log). Never an input. */
import type { Plan } from "../domain/Plan.ts"
import type { Problem } from "../domain/Problem.ts"
import type { Applied, Progress } from "./Reconciler.ts"

export type Report =
  /** About to be carried out. */
  | { readonly kind: "plan"; readonly plan: Plan; readonly generation: number }
  /** Waits for `reeve apply`; `plan.held` says why. */
  | { readonly kind: "held"; readonly plan: Plan }
  | { readonly kind: "progress"; readonly progress: Progress }
  | { readonly kind: "applied"; readonly applied: Applied }
  /** The files have errors; nothing was changed. */
  | { readonly kind: "rejected"; readonly problems: ReadonlyArray<Problem> }
  | { readonly kind: "warnings"; readonly problems: ReadonlyArray<Problem> }
  /** At boot, with files that have errors: an accepted generation is started instead; null: there is none yet. */
  | { readonly kind: "fallback"; readonly generation: number | null }
  /** An update failed; the content of an earlier generation takes its place. A sentence without its end. */
  | { readonly kind: "undone"; readonly text: string }
  /** At boot: a generation is pinned, and started whatever the files say. A sentence without its end. */
  | { readonly kind: "pin"; readonly text: string }
