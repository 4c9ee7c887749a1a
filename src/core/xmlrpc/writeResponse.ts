/** Whole answers, as Python's xmlrpc library writes them (supervisord.md A.3). */
import { writeValue } from "./writeValue.ts"
import type { XmlRpcValue } from "./XmlRpcValue.ts"

const head = "<?xml version='1.0'?>\n<methodResponse>\n"

export const writeResponse = (value: XmlRpcValue): string =>
  `${head}<params>\n<param>\n${writeValue(value)}</param>\n</params>\n</methodResponse>\n`

/** `text` is the whole faultString. */
export const writeFault = (code: number, text: string): string => {
  const fault = new Map<string, XmlRpcValue>([
    ["faultCode", code],
    ["faultString", text]
  ])
  return `${head}<fault>\n${writeValue(fault)}</fault>\n</methodResponse>\n`
}
