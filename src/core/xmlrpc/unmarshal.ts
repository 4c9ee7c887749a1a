/**
 * What an element of XML-RPC means, with supervisord's leniency: the names of the outer elements do not matter, an unknown type
 * is its text, and where nothing stands (`<nil/>`) the value is absent. Absent values are counted, not refused: the rest of the
 * document decides first whether it can be read at all.
 */
import { type XmlElement, XmlRefused } from "./readElements.ts"
import type { XmlRpcValue } from "./XmlRpcValue.ts"

type Element = XmlElement<XmlRpcValue>

export class Unmarshaller {
  /** Whether a value was absent where one is needed. */
  sawNil = false

  readonly close = (element: Element): { value: XmlRpcValue | null; keep: boolean } => {
    const { name } = element
    if (name === "member") return { value: element.text, keep: true }
    return { value: this.#valueOf(name, element), keep: false }
  }

  /** Those of the children. */
  values(element: Element): ReadonlyArray<XmlRpcValue> {
    return element.children.map((child) => this.#needed(child.value))
  }

  #valueOf(name: string, element: Element): XmlRpcValue | null {
    const text = element.text ?? ""
    switch (name) {
      case "value":
        return element.children[0] === undefined ? text : element.children[0].value
      case "string":
        return text
      case "int":
      case "i4":
        return readInt(text)
      case "boolean":
        return text === "1"
      case "double":
        return { kind: "double", value: readDouble(text) }
      case "dateTime.iso8601":
        return { kind: "dateTime", text: readDateTime(text) }
      case "base64":
        return readBase64(text)
      case "array":
      case "param":
      case "fault":
        return firstOf(element)
      case "data":
        return this.values(element)
      case "struct":
        return this.#struct(element)
    }
    return element.text
  }

  #struct(element: Element): XmlRpcValue {
    const members = new Map<string, XmlRpcValue>()
    for (const { children } of element.children) {
      const [name, value] = children
      if (name === undefined || value === undefined || children.length > 2) {
        throw new XmlRefused("a member needs a name and a value")
      }
      const key = name.value ?? ""
      if (typeof key !== "string") throw new XmlRefused("the name of a member is not text")
      members.set(key, this.#needed(value.value))
    }
    return members
  }

  #needed(value: XmlRpcValue | null): XmlRpcValue {
    if (value !== null) return value
    this.sawNil = true
    return ""
  }
}

const firstOf = (element: Element): XmlRpcValue | null => {
  const [first] = element.children
  if (first === undefined) throw new XmlRefused(`<${element.name}> is empty`)
  return first.value
}

/** Beyond what a number holds exactly, the nearest that it does. */
const readInt = (text: string): number => {
  const digits = text.trim()
  if (!/^[+-]?\d+(_\d+)*$/.test(digits)) throw new XmlRefused(`not an int: ${text.slice(0, 40)}`)
  const value = Number(digits.replaceAll("_", ""))
  const within = Math.min(Math.max(value, Number.MIN_SAFE_INTEGER), Number.MAX_SAFE_INTEGER)
  return within === 0 ? 0 : within
}

const readDouble = (text: string): number => {
  const digits = text.trim().toLowerCase()
  const special = /^([+-]?)(inf|infinity|nan)$/.exec(digits)
  if (special !== null) {
    if (special[2] === "nan") return Number.NaN
    return special[1] === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  }
  if (!/^[+-]?(\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(e[+-]?\d+)?$/.test(digits)) {
    throw new XmlRefused(`not a double: ${text.slice(0, 40)}`)
  }
  return Number(digits.replaceAll("_", ""))
}

const readDateTime = (text: string): string => {
  const parts = /^\d{4}(\d\d)(\d\d)T(\d\d):(\d\d):(\d\d)$/.exec(text)
  const [month = 0, day = 0, hour = 99, minute = 99, second = 99] = (parts ?? [])
    .slice(1)
    .map(Number)
  const valid = month >= 1 && month <= 12 && day >= 1 && day <= 31
  if (valid && hour <= 23 && minute <= 59 && second <= 61) return text
  throw new XmlRefused(`not a date: ${text.slice(0, 40)}`)
}

/** Characters outside of the alphabet are passed over, as Python does; the bytes must be UTF-8. */
const readBase64 = (text: string): string => {
  const letters = text.replace(/[^A-Za-z0-9+/=]+/g, "")
  try {
    const bytes = Uint8Array.from(atob(padded(letters)), (character) => character.charCodeAt(0))
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new XmlRefused("not base64 of UTF-8 text")
  }
}

/** What follows the padding is not read; missing padding is a fault. */
const padded = (letters: string): string => {
  const end = letters.indexOf("=")
  if (end === -1 && letters.length % 4 !== 0) throw new XmlRefused("base64 without its padding")
  return end === -1 ? letters : letters.slice(0, end + (letters.startsWith("==", end) ? 2 : 1))
}
