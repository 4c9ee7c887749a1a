/**
 * What came from elsewhere, with the very objects that are here already for all programs that are equal: the same object needs
 * neither to be compared field by field nor to be put on record again.
 */
import type { Desired, Program } from "../domain/Desired.ts"
import { programKey } from "./programKey.ts"

/** `known`: the first that has an equal program gives it. The order of fields says nothing. */
export const asKnown = (desired: Desired, known: ReadonlyArray<Desired>): Desired => {
  const byKey = known.map(
    ({ programs }) => new Map(programs.map((program) => [keyOf(program), program]))
  )
  const programs = desired.programs.map((program) => {
    for (const there of byKey) {
      const one = there.get(keyOf(program))
      if (one !== undefined && isSame(one, program)) return one
    }
    return program
  })
  return { ...desired, programs }
}

const keyOf = ({ group, name }: Program): string => programKey({ group, program: name })

/** Of values that JSON can hold. effect's Equal, which makes hashes first, takes ten times as long for 500 programs. */
const isSame = (a: unknown, b: unknown): boolean => {
  if (Object.is(a, b)) return true
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false
  if (Array.isArray(a) || Array.isArray(b)) {
    return (
      Array.isArray(a) &&
      Array.isArray(b) &&
      a.length === b.length &&
      a.every((member, at) => isSame(member, b[at]))
    )
  }
  const keys = Object.keys(a)
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && isSame(Reflect.get(a, key), Reflect.get(b, key)))
  )
}
