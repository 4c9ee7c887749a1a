/** The names of programs and groups: given, or taken from where the object is exported; each may be used once. */
import { type Finding, finding } from "../core/schemaFindings.ts"
import { nameFault } from "../domain/authoring/FieldValue.ts"
import type { EvaluatedObject } from "./Evaluated.ts"

export interface Named {
  readonly name: string
  /** In Evaluated.objects. */
  readonly position: number
  readonly object: EvaluatedObject
}

type Add = (object: number, found: Finding) => void

/** Null when there is none that can be used; a given name that is at fault is told by the schema. */
export const nameOf = (object: EvaluatedObject, position: number, add: Add): string | null => {
  const given = givenName(object.input)
  if (given !== undefined) {
    return typeof given === "string" && nameFault(given) === null ? given : null
  }
  if (object.nameHint === null) {
    add(position, finding(["name"], "is missing", "a member of an array needs a name of its own"))
    return null
  }
  const fault = nameFault(object.nameHint)
  if (fault === null) return object.nameHint
  add(position, finding(["name"], `is not given, and ${fault}`, "give it a name"))
  return null
}

const givenName = (input: unknown): unknown =>
  typeof input === "object" && input !== null && Object.hasOwn(input, "name")
    ? Reflect.get(input, "name")
    : undefined

/** Files are named relative to the one at fault where they lie beside it. */
export const placeOf = (object: EvaluatedObject, seenFrom: EvaluatedObject): string => {
  const { file, line } = object.source
  const directory = seenFrom.source.file.slice(0, seenFrom.source.file.lastIndexOf("/") + 1)
  return `${file.startsWith(directory) ? file.slice(directory.length) : file}:${line}`
}

/** Enters it under its name, unless the name is taken. */
export const claimName = <A extends Named>(taken: Map<string, A>, one: A, add: Add): void => {
  const earlier = taken.get(one.name)
  if (earlier === undefined) {
    taken.set(one.name, one)
    return
  }
  const place = placeOf(earlier.object, one.object)
  const rest = `there is another ${kindText(earlier.object)} called ${JSON.stringify(one.name)}, at ${place}`
  add(one.position, finding(["name"], rest, "give one of them another name"))
}

const kindText = ({ type }: EvaluatedObject): string =>
  type === "fastCgi" ? "FastCGI program" : type
