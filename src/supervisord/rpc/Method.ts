/** One method as data: how it is shown, what it takes, what it does. */
import type * as Effect from "effect/Effect"
import type { XmlRpcValue } from "../../core/xmlrpc/XmlRpcValue.ts"
import type { RpcFault } from "../Rpc.ts"
import type { Bench } from "./Bench.ts"

/** The names of types that `system.methodSignature` gives. */
export type TypeName = "array" | "boolean" | "int" | "string" | "struct"

export interface Method {
  readonly returns: TypeName
  readonly params: ReadonlyArray<TypeName>
  /** How many of the params may be left out at the end. */
  readonly optional: number
  readonly help: string
  /** Of `params` at least those that are not optional, at most all. */
  readonly run: (bench: Bench, params: ReadonlyArray<XmlRpcValue>) => Answer
}

export type Answer = Effect.Effect<XmlRpcValue, RpcFault>
