/**
 * Turns what was given to define… into plain JSON, or says where it is no data. A definition is data: whatever JSON
 * would bend or drop without a word (functions, instances of classes, NaN, a Date) is a fault with its path. Never
 * calls into the value: getters are faults, `toJSON` is a member like any other.
 */
import { type Defined, isDefined } from "../../domain/authoring/Defined.ts"
import { isMarker } from "../../domain/authoring/Marker.ts"
import { definitionDepth, definitionNodes, definitionTextLength } from "../../domain/limits.ts"

export interface SerialiseFault {
  readonly path: ReadonlyArray<string | number>
  readonly message: string
}

export interface Serialised {
  readonly value: unknown
  readonly faults: ReadonlyArray<SerialiseFault>
}

/** `nameOf` gives the name of a defined object that stands inside another one; null: it is exported nowhere. */
export const serialise = (
  input: unknown,
  nameOf: (defined: Defined) => string | null
): Serialised => {
  const walk: Walk = { faults: [], above: [], nodes: 0, nameOf }
  try {
    return { value: visit(walk, input, []), faults: walk.faults }
  } catch (error) {
    if (error === tooMany) return { value: null, faults: walk.faults }
    return { value: null, faults: [{ path: [], message: "cannot be read: it is a broken proxy" }] }
  }
}

interface Walk {
  readonly faults: Array<SerialiseFault>
  /** The objects that enclose the present one. */
  readonly above: Array<object>
  nodes: number
  readonly nameOf: (defined: Defined) => string | null
}

type Path = ReadonlyArray<string | number>

const tooMany = Symbol("too many values")

const fault = (walk: Walk, path: Path, message: string): null => {
  walk.faults.push({ path, message })
  return null
}

const visit = (walk: Walk, value: unknown, path: Path): unknown => {
  walk.nodes += 1
  if (walk.nodes > definitionNodes) {
    fault(walk, [], `has more than ${definitionNodes} values`)
    throw tooMany
  }
  switch (typeof value) {
    case "string":
      return value.length > definitionTextLength
        ? fault(
            walk,
            path,
            `is a text of ${value.length} characters; at most ${definitionTextLength}`
          )
        : value
    case "boolean":
      return value
    case "number":
      return Number.isFinite(value) ? value : fault(walk, path, `is ${value}, not a number`)
    case "object":
      return value === null ? null : visitObject(walk, value, path)
    case "undefined":
      return fault(walk, path, "is undefined")
    case "function":
      return fault(walk, path, "is a function; a definition is plain data, so call it here")
    case "symbol":
      return fault(walk, path, "is a symbol; a definition is plain data")
    case "bigint":
      return fault(walk, path, `is a bigint; write ${value} without the n`)
  }
}

const visitObject = (walk: Walk, value: object, path: Path): unknown => {
  if (isMarker(value)) return value.toString()
  if (isDefined(value)) {
    const name = walk.nameOf(value)
    return name ?? fault(walk, path, "is a definition that no file exports; export it, too")
  }
  const millis = durationMillis(value)
  if (millis !== null) {
    return Number.isFinite(millis)
      ? `${millis} millis`
      : fault(walk, path, "is an infinite duration")
  }
  if (walk.above.includes(value)) return fault(walk, path, "contains itself")
  if (path.length >= definitionDepth) {
    return fault(walk, path, `is nested more than ${definitionDepth} levels deep`)
  }
  walk.above.push(value)
  const result = Array.isArray(value)
    ? visitArray(walk, value, path)
    : visitRecord(walk, value, path)
  walk.above.pop()
  return result
}

const visitArray = (walk: Walk, array: ReadonlyArray<unknown>, path: Path): unknown => {
  const result: Array<unknown> = []
  for (let index = 0; index < array.length; index++) {
    result.push(visit(walk, array[index], [...path, index]))
  }
  return result
}

const visitRecord = (walk: Walk, record: object, path: Path): unknown => {
  const wrong = notPlain(record)
  if (wrong !== null) return fault(walk, path, wrong)
  const result: Record<string, unknown> = Object.create(null)
  for (const [key, member] of Object.entries(Object.getOwnPropertyDescriptors(record))) {
    if (member.enumerable !== true) continue
    if (!Object.hasOwn(member, "value")) {
      fault(walk, [...path, key], "is a getter; write the value itself")
    } else if (member.value !== undefined) {
      result[key] = visit(walk, member.value, [...path, key])
    }
  }
  if (Object.getOwnPropertySymbols(record).length > 0) {
    fault(walk, path, "has a symbol as a key; keys are texts")
  }
  return result
}

/** Why an object is no record of data; null: it is one. */
const notPlain = (value: object): string | null => {
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype === null || prototype === Object.prototype) return null
  if (value instanceof Promise) return "is a promise; write `await` in front of it"
  const maker = nameOfMaker(prototype)
  return `is an instance of ${maker}; a definition is plain data (texts, numbers, booleans, arrays, records)`
}

const nameOfMaker = (prototype: unknown): string => {
  if (prototype === null || typeof prototype !== "object") return "a class"
  const member = Object.getOwnPropertyDescriptor(prototype, "constructor")
  const maker: unknown = member?.value
  return typeof maker === "function" && maker.name !== "" ? maker.name : "a class"
}

const durationMark = "~effect/Duration"

/**
 * The milliseconds of an Effect Duration, infinity included; null: something else. It is known by its mark, because it may
 * come from another copy of Effect.
 */
const durationMillis = (value: object): number | null => {
  if (!(durationMark in value) || !("value" in value)) return null
  const inner = value.value
  if (inner === null || typeof inner !== "object" || !("_tag" in inner)) return null
  if (inner._tag === "Millis" && "millis" in inner && typeof inner.millis === "number") {
    return inner.millis
  }
  if (inner._tag === "Nanos" && "nanos" in inner && typeof inner.nanos === "bigint") {
    return Number(inner.nanos) / 1e6
  }
  return Number.POSITIVE_INFINITY
}
