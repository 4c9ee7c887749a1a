/** The methods about methods (supervisord.md 4.7). */
import * as Effect from "effect/Effect"
import type { XmlRpcValue } from "../../core/xmlrpc/XmlRpcValue.ts"
import { fault } from "./fault.ts"
import type { Answer, Method } from "./Method.ts"
import { isArray, text } from "./params.ts"

export type Methods = ReadonlyMap<string, Method>
export type Call = (method: string, params: ReadonlyArray<XmlRpcValue>) => Answer

/** `listed` has all that are to be seen, by whole names; these are added to it. */
export const systemMethods = (
  listed: () => Methods,
  call: Call
): Readonly<Record<string, Method>> => ({
  listMethods: {
    returns: "array",
    params: [],
    optional: 0,
    help: "The names of all methods, sorted.",
    run: () => Effect.sync(() => [...listed().keys()].sort())
  },
  methodHelp: {
    returns: "string",
    params: ["string"],
    optional: 0,
    help: "What a method does, and its types.",
    run: (_, [name]) => Effect.map(known(listed(), name), (method) => helpOf(method))
  },
  methodSignature: {
    returns: "array",
    params: ["string"],
    optional: 0,
    help: "[type of the answer, types of the params].",
    run: (_, [name]) =>
      Effect.map(known(listed(), name), ({ params, returns }) => [returns, ...params])
  },
  multicall: {
    returns: "array",
    params: ["array"],
    optional: 0,
    help: "Calls {methodName, params} one after the other; an array of answers, or {faultCode, faultString} where one failed.",
    run: (_, [calls]) =>
      isArray(calls)
        ? Effect.forEach(calls, (one) => oneOf(one, call))
        : Effect.fail(fault("INCORRECT_PARAMETERS"))
  }
})

const known = (methods: Methods, name: XmlRpcValue | undefined) =>
  Effect.flatMap(text(name), (written) => {
    const method = methods.get(written)
    return method === undefined
      ? Effect.fail(fault("SIGNATURE_UNSUPPORTED"))
      : Effect.succeed(method)
  })

const helpOf = ({ help, params, returns }: Method): string =>
  [help, "", ...params.map((type) => `@param ${type}`), `@return ${returns}`].join("\n")

const oneOf = (one: XmlRpcValue, call: Call): Effect.Effect<XmlRpcValue> =>
  Effect.gen(function* () {
    if (!(one instanceof Map)) return yield* fault("INCORRECT_PARAMETERS")
    const name: XmlRpcValue | undefined = one.get("methodName")
    const params: XmlRpcValue = one.get("params") ?? []
    if (name === undefined) return yield* fault("INCORRECT_PARAMETERS", "No methodName")
    if (name === "system.multicall") {
      return yield* fault("INCORRECT_PARAMETERS", "Recursive system.multicall forbidden")
    }
    if (typeof name !== "string" || !isArray(params)) return yield* fault("INCORRECT_PARAMETERS")
    return yield* call(name, params)
  }).pipe(
    Effect.catchTag("RpcFault", ({ code, text }) =>
      Effect.succeed(
        new Map<string, XmlRpcValue>([
          ["faultCode", code],
          ["faultString", text]
        ])
      )
    ),
    // One call that goes wrong inside leaves the others their answers.
    Effect.catchDefect((defect) =>
      Effect.succeed(
        new Map<string, XmlRpcValue>([
          ["faultCode", 30],
          ["faultString", `FAILED: ${String(defect)}`]
        ])
      )
    )
  )
