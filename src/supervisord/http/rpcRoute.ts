/** `/RPC2`: XML in, a method of the closed table, XML out (supervisord.md 4.1). */
import * as Effect from "effect/Effect"
import { repr } from "../../core/ini/pythonText.ts"
import { readCall } from "../../core/xmlrpc/readCall.ts"
import { writeFault, writeResponse } from "../../core/xmlrpc/writeResponse.ts"
import type { XmlRpcValue } from "../../core/xmlrpc/XmlRpcValue.ts"
import type { HttpRequest, HttpResponse, HttpRoute } from "../HttpRoute.ts"
import { Rpc } from "../Rpc.ts"
import { errorPage } from "./errorPage.ts"

/** Of a body that cannot be read, in the log. */
const shownBytes = 1000

export const rpcRoute: Effect.Effect<HttpRoute, never, Rpc> = Effect.map(Rpc, (rpc) => ({
  matches: (path) => path.startsWith("/RPC2"),
  answer: (request) => answer(rpc, request)
}))

const answer = (rpc: Rpc["Service"], { method, body }: HttpRequest) => {
  if (method !== "POST") return Effect.succeed(errorPage(400))
  const read = readCall(body)
  switch (read.kind) {
    case "call":
      return Effect.match(rpc.call(read.method, read.params), {
        onSuccess: (value) => xml(responseOf(value)),
        onFailure: ({ code, text }) => xml(writeFault(code, text))
      })
    case "malformed":
      return refused(body, "unmarshallable")
    case "noMethod":
      return refused(body, "no method name")
    case "nil":
      return Effect.succeed(errorPage(500))
  }
}

/** Answers that are given again as long as they hold, as bytes. */
const written = new WeakMap<XmlRpcValue & object, Uint8Array>()

/** A value that is XML already was kept by its method: it comes again while nothing has changed. */
const responseOf = (value: XmlRpcValue): string | Uint8Array => {
  if (typeof value !== "object" || !("kind" in value) || value.kind !== "xml") {
    return writeResponse(value)
  }
  const known = written.get(value)
  if (known !== undefined) return known
  const bytes = new TextEncoder().encode(writeResponse(value))
  written.set(value, bytes)
  return bytes
}

const xml = (body: string | Uint8Array): HttpResponse => ({
  status: 200,
  headers: [["Content-Type", "text/xml"]],
  body
})

/** supervisord logs the whole body; here it is its beginning, or a client could fill the log. */
const refused = (body: Uint8Array, why: string): Effect.Effect<HttpResponse> => {
  const shown = repr(new TextDecoder().decode(body.subarray(0, shownBytes)))
  return Effect.as(
    Effect.logError(`XML-RPC request data ${shown} is invalid: ${why}`),
    errorPage(400)
  )
}
