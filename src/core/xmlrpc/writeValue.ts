/**
 * Values as XML, character by character in the form of Python's xmlrpc library, which clients of supervisord have always seen.
 * Plain string building: an answer may hold a thousand structs.
 */
import { formatDouble } from "./formatDouble.ts"
import type { XmlRpcValue } from "./XmlRpcValue.ts"
import { escapeText } from "./xmlText.ts"

/**
 * A whole `<value>` and its newline. Ints beyond 32 bits are written in full: Python's library would refuse them, and the call
 * would end with HTTP 500. A number that is not whole is written as a double.
 */
export const writeValue = (value: XmlRpcValue): string => {
  if (typeof value === "string") return `<value><string>${escapeText(value)}</string></value>\n`
  if (typeof value === "boolean") return `<value><boolean>${value ? 1 : 0}</boolean></value>\n`
  if (typeof value === "number") return writeNumber(value)
  if (isArray(value)) return writeArray(value)
  if (value instanceof Map) return writeStruct(value)
  if ("kind" in value) {
    switch (value.kind) {
      case "double":
        return `<value><double>${formatDouble(value.value)}</double></value>\n`
      case "dateTime":
        return `<value><dateTime.iso8601>${escapeText(value.text)}</dateTime.iso8601></value>\n`
      case "xml":
        return `<value>${value.text}</value>\n`
    }
  }
  return writeStruct(value)
}

const writeNumber = (value: number): string =>
  Number.isSafeInteger(value)
    ? `<value><int>${value}</int></value>\n`
    : `<value><double>${formatDouble(value)}</double></value>\n`

const writeArray = (values: ReadonlyArray<XmlRpcValue>): string => {
  let out = "<value><array><data>\n"
  for (const value of values) out += writeValue(value)
  return `${out}</data></array></value>\n`
}

const writeStruct = (members: ReadonlyMap<string, XmlRpcValue>): string => {
  let out = "<value><struct>\n"
  for (const [name, value] of members) {
    out += `<member>\n<name>${escapeText(name)}</name>\n${writeValue(value)}</member>\n`
  }
  return `${out}</struct></value>\n`
}

const isArray = (value: XmlRpcValue): value is ReadonlyArray<XmlRpcValue> => Array.isArray(value)
