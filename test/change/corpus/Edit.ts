/** One realistic edit of a tree of programs, with what a careful operator says must come of it. */
export type Change =
  | { readonly kind: "replace"; readonly file: string; readonly old: string; readonly now: string }
  | { readonly kind: "append"; readonly file: string; readonly text: string }
  | { readonly kind: "add"; readonly file: string; readonly text: string }
  | { readonly kind: "delete"; readonly file: string }
  | { readonly kind: "move"; readonly file: string; readonly to: string }

/** "live": changed without touching the process; "add": declared and not to run; the others as actions of a plan. */
export const verbs = ["restart", "live", "start", "add", "stop", "rename"] as const
export type Verb = (typeof verbs)[number]

export interface Expected {
  readonly verb: Verb
  readonly address: string
  /** What explains it, sorted: paths of fields, or the words of `because`. */
  readonly causes: ReadonlyArray<string>
  /** Of a rename: the address before. */
  readonly from: string | null
  readonly reason: string
}

export interface Edit {
  readonly title: string
  /** Also done with real processes. */
  readonly real: boolean
  readonly changes: ReadonlyArray<Change>
  /** Empty: nothing is to happen. */
  readonly expected: ReadonlyArray<Expected>
  /** `file:line` of the title. */
  readonly place: string
}
