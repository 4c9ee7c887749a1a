import type { Awaited } from "../../domain/Dependency.ts"

/** Whether two lists name the same conditions in the same order, which is that of the definition. */
export const sameAwaited = (a: ReadonlyArray<Awaited>, b: ReadonlyArray<Awaited>): boolean =>
  a.length === b.length &&
  a.every(({ program, when }, at) => b[at]?.program === program && b[at].when === when)
