import type { Cause } from "../domain/Plan.ts"

/** Whether something else than the files asks for it, of all instances of a program alike: a dependency, or a watched file. */
export const followsOthers = ({ kind }: Cause): boolean => kind === "dependency" || kind === "watch"
