/** The methods of XML-RPC, by name, from a closed table: `supervisor.*` and `system.*` (supervisord.md 4). */
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import type * as Effect from "effect/Effect"
import type { XmlRpcValue } from "../core/xmlrpc/XmlRpcValue.ts"

/** `text` is the whole faultString (`BAD_NAME: web`). Answered with HTTP 200. */
export class RpcFault extends Data.TaggedError("RpcFault")<{
  readonly code: number
  readonly text: string
}> {}

export class Rpc extends Context.Service<
  Rpc,
  {
    /** A defect is an HTTP 500. A call that waits is interrupted when its client goes away. */
    readonly call: (
      method: string,
      params: ReadonlyArray<XmlRpcValue>
    ) => Effect.Effect<XmlRpcValue, RpcFault>
  }
>()("reeve/supervisord/Rpc") {}
