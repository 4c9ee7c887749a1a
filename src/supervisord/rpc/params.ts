/**
 * Parameters as supervisord's Python takes them: a boolean is whatever is true or false, an int may be text with digits. What it
 * answers with an HTTP 500 (text wanted, something else given) is INCORRECT_PARAMETERS here.
 */
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { repr } from "../../core/ini/pythonText.ts"
import { integer } from "../../core/ini/valueTypes.ts"
import type { XmlRpcValue } from "../../core/xmlrpc/XmlRpcValue.ts"
import type { RpcFault } from "../Rpc.ts"
import { fault } from "./fault.ts"

export const text = (value: XmlRpcValue | undefined): Effect.Effect<string, RpcFault> =>
  typeof value === "string" ? Effect.succeed(value) : Effect.fail(fault("INCORRECT_PARAMETERS"))

/** The name of a group: what is no text names none. */
export const groupName = (value: XmlRpcValue | undefined): Effect.Effect<string, RpcFault> =>
  typeof value === "string"
    ? Effect.succeed(value)
    : Effect.fail(
        value === undefined || isArray(value) || value instanceof Map
          ? fault("INCORRECT_PARAMETERS")
          : fault("BAD_NAME", pythonText(value))
      )

export const int = (value: XmlRpcValue | undefined): Effect.Effect<number, RpcFault> => {
  const found = intOf(value)
  return found === null ? Effect.fail(fault("INCORRECT_PARAMETERS")) : Effect.succeed(found)
}

const intOf = (value: XmlRpcValue | undefined): number | null => {
  if (typeof value === "number") return value
  if (typeof value === "boolean") return value ? 1 : 0
  if (typeof value === "string") return Result.getOrElse(integer(value), () => null)
  return isDouble(value) && Number.isFinite(value.value) ? Math.trunc(value.value) : null
}

/** Python's truth; left out: true. */
export const flag = (value: XmlRpcValue | undefined): boolean => {
  if (value === undefined) return true
  if (typeof value === "boolean") return value
  if (typeof value === "number") return value !== 0
  if (typeof value === "string" || isArray(value)) return value.length > 0
  if (value instanceof Map) return value.size > 0
  return isDouble(value) ? value.value !== 0 : true
}

/** `str()` of a value, for what faults say of it. */
export const pythonText = (value: XmlRpcValue): string =>
  typeof value === "string" ? value : pythonRepr(value)

const pythonRepr = (value: XmlRpcValue): string => {
  if (typeof value === "string") return repr(value)
  if (typeof value === "boolean") return value ? "True" : "False"
  if (typeof value === "number") return String(value)
  if (isArray(value)) return `[${value.map(pythonRepr).join(", ")}]`
  if (value instanceof Map) {
    const members = [...value].map(([name, member]) => `${repr(name)}: ${pythonRepr(member)}`)
    return `{${members.join(", ")}}`
  }
  if (!("kind" in value)) return ""
  if (value.kind !== "double") return value.text
  return Number.isInteger(value.value) ? value.value.toFixed(1) : String(value.value)
}

export const isArray = (value: XmlRpcValue | undefined): value is ReadonlyArray<XmlRpcValue> =>
  Array.isArray(value)

const isDouble = (
  value: XmlRpcValue | undefined
): value is { readonly kind: "double"; readonly value: number } =>
  typeof value === "object" && "kind" in value && value.kind === "double"
