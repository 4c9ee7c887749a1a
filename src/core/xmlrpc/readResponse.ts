/** An XML-RPC answer from its text, for reeve's own clients. It may come from another supervisor, so it is not trusted either. */
import { readElements, type XmlLimits, XmlRefused } from "./readElements.ts"
import { readPlain } from "./readPlain.ts"
import { Unmarshaller } from "./unmarshal.ts"
import type { XmlRpcValue } from "./XmlRpcValue.ts"

/** Ten thousand processes take about 15 MB and 600,000 elements; a log may come whole. */
const responseLimits: XmlLimits = {
  length: 256 * 1024 * 1024,
  depth: 192,
  nodes: 5_000_000
}

export type ReadResponse =
  | { readonly kind: "value"; readonly value: XmlRpcValue }
  | { readonly kind: "fault"; readonly code: number; readonly text: string }
  | { readonly kind: "malformed"; readonly reason: string }

export const readResponse = (document: string): ReadResponse => {
  const plain = readPlain(document)
  return plain === null ? readStrictly(document) : { kind: "value", value: plain }
}

const readStrictly = (document: string): ReadResponse => {
  const unmarshaller = new Unmarshaller()
  let params: ReadonlyArray<XmlRpcValue> = []
  let fault: XmlRpcValue | null = null
  try {
    readElements<XmlRpcValue>(document, responseLimits, (element) => {
      const closed = unmarshaller.close(element)
      if (element.name === "params") params = unmarshaller.values(element)
      if (element.name === "fault") fault = closed.value
      return closed
    })
  } catch (error) {
    if (error instanceof XmlRefused) return { kind: "malformed", reason: error.message }
    throw error
  }
  if (fault !== null) return asFault(fault)
  const value = params[0]
  if (value !== undefined && !unmarshaller.sawNil) return { kind: "value", value }
  return { kind: "malformed", reason: "neither a value nor a fault" }
}

const asFault = (fault: XmlRpcValue): ReadResponse => {
  const code = fault instanceof Map ? fault.get("faultCode") : undefined
  const text = fault instanceof Map ? fault.get("faultString") : undefined
  return typeof code === "number" && typeof text === "string"
    ? { kind: "fault", code, text }
    : { kind: "malformed", reason: "a fault without its code and text" }
}
