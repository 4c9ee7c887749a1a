/**
 * An XML-RPC call from its bytes. Every client can send here what it likes: sizes are limited, nothing is expanded, and what
 * cannot be read is told apart from what has no method and from absent values, because HTTP answers them differently
 * (supervisord.md 4.1).
 */
import { readElements, type XmlLimits, XmlRefused } from "./readElements.ts"
import { Unmarshaller } from "./unmarshal.ts"
import type { XmlRpcValue } from "./XmlRpcValue.ts"
import { isXmlText } from "./xmlText.ts"

/**
 * Values nest in three elements each. The largest calls known are multicalls over all programs: ten nodes for each of their
 * calls, so ten thousand calls fit.
 */
const callLimits: XmlLimits = {
  length: 16 * 1024 * 1024,
  depth: 192,
  nodes: 200_000
}

export type ReadCall =
  | {
      readonly kind: "call"
      readonly method: string
      readonly params: ReadonlyArray<XmlRpcValue>
    }
  /** HTTP 400; `reason` is for the log. */
  | { readonly kind: "malformed"; readonly reason: string }
  | { readonly kind: "noMethod" }
  /** A `<nil/>`, or another element without content where a value belongs: HTTP 500. */
  | { readonly kind: "nil" }

export const readCall = (body: Uint8Array, limits: XmlLimits = callLimits): ReadCall => {
  const unmarshaller = new Unmarshaller()
  let method: string | null = null
  let params: ReadonlyArray<XmlRpcValue> = []
  try {
    const document = decode(body)
    readElements<XmlRpcValue>(document, limits, (element) => {
      if (element.name === "methodName") method = element.text
      if (element.name === "params") params = unmarshaller.values(element)
      return unmarshaller.close(element)
    })
  } catch (error) {
    if (error instanceof XmlRefused) return { kind: "malformed", reason: error.message }
    throw error
  }
  if (method === null || method === "") return { kind: "noMethod" }
  return unmarshaller.sawNil ? { kind: "nil" } : { kind: "call", method, params }
}

const decode = (body: Uint8Array): string => {
  let document: string
  try {
    document = new TextDecoder("utf-8", { fatal: true }).decode(body)
  } catch {
    throw new XmlRefused("not UTF-8")
  }
  if (!isXmlText(document)) throw new XmlRefused("characters outside of XML")
  return document
}
