/**
 * What define… returns: a frozen plain object with a tag, what was given, and where the call stands. Only such objects
 * are desired state. Making one never checks the content: all faults of all files are told at once, later.
 *
 * The evaluation child may hold another copy of this module than the user's file, so the guard looks at the shape only.
 */
import type { Source } from "../Instance.ts"

const definedTypes = [
  "reeve/program",
  "reeve/task",
  "reeve/listener",
  "reeve/fastCgi",
  "reeve/group",
  "reeve/supervisor"
] as const
export type DefinedType = (typeof definedTypes)[number]

export interface Defined<Type extends DefinedType = DefinedType, Input = unknown> {
  readonly type: Type
  readonly input: Input
  readonly source: Source
}

export const isDefined = (value: unknown): value is Defined =>
  typeof value === "object" &&
  value !== null &&
  "type" in value &&
  definedTypes.some((type) => type === value.type) &&
  "input" in value &&
  "source" in value

/** `below` is the define… function itself: the call is looked for in the frame beneath it. */
export const define = <Type extends DefinedType, Input>(
  type: Type,
  input: Input,
  below: (...given: never) => unknown
): Defined<Type, Input> => Object.freeze({ type, input, source: callSite(below) })

const nowhere: Source = Object.freeze({ file: "", line: 1, column: 1 })

/** Reads one structured frame, so that neither the text form of a stack nor what a user's file makes of it matters. */
const callSite = (below: (...given: never) => unknown): Source => {
  const { prepareStackTrace, stackTraceLimit } = Error
  try {
    Error.stackTraceLimit = 1
    Error.prepareStackTrace = (_error, frames) => frames[0]
    const holder: { stack?: unknown } = {}
    Error.captureStackTrace(holder, below)
    return fromFrame(holder.stack)
  } catch {
    return nowhere
  } finally {
    Error.stackTraceLimit = stackTraceLimit
    restore(prepareStackTrace)
  }
}

const restore = (prepare: typeof Error.prepareStackTrace): void => {
  if (prepare === undefined) Reflect.deleteProperty(Error, "prepareStackTrace")
  else Error.prepareStackTrace = prepare
}

const isFrame = (value: unknown): value is NodeJS.CallSite =>
  typeof value === "object" && value !== null && "getLineNumber" in value

const fromFrame = (frame: unknown): Source => {
  if (!isFrame(frame)) return nowhere
  return Object.freeze({
    file: pathOf(frame.getFileName() ?? ""),
    line: frame.getLineNumber() ?? 1,
    column: frame.getColumnNumber() ?? 1
  })
}

const pathOf = (name: string): string =>
  name.startsWith("file:") ? decodeURIComponent(new URL(name).pathname) : name
