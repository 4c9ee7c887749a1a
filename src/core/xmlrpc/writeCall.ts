/** A call as Python's xmlrpc library writes it: `<params>` is there even without parameters. */
import { writeValue } from "./writeValue.ts"
import type { XmlRpcValue } from "./XmlRpcValue.ts"
import { escapeText } from "./xmlText.ts"

export const writeCall = (method: string, params: ReadonlyArray<XmlRpcValue>): string => {
  const name = `<methodName>${escapeText(method)}</methodName>`
  let out = `<?xml version='1.0'?>\n<methodCall>\n${name}\n<params>\n`
  for (const value of params) out += `<param>\n${writeValue(value)}</param>\n`
  return `${out}</params>\n</methodCall>\n`
}
