/**
 * An answer in the one form that Python's xmlrpc library and reeve write: read in a pass over its text, many times as fast as by
 * a parser of XML, which the client of a thousand processes notices. Whatever differs from that form in a single character is
 * for that parser.
 */
import type { XmlRpcValue } from "./XmlRpcValue.ts"

const head = "<?xml version='1.0'?>\n<methodResponse>\n<params>\n<param>\n"
const foot = "</param>\n</params>\n</methodResponse>\n"
/** Values in one another; answers have three. */
const depthLimit = 16

/** Null: it is not of that form, or a fault. */
export const readPlain = (document: string): XmlRpcValue | null => {
  // A line end of another kind would have to be read as `\n`.
  if (!document.startsWith(head) || document.includes("\r")) return null
  const reader = new Reader(document, head.length)
  const value = reader.value(depthLimit)
  return value !== null && reader.isAt(foot) ? value : null
}

const memberStart = "<member>\n<name>"
const nameEnd = "</name>\n"

class Reader {
  readonly #text: string
  #at: number
  /** By position in their struct, as they were seen last. */
  readonly #names: Array<{ readonly name: string; readonly written: string }> = []

  constructor(text: string, at: number) {
    this.#text = text
    this.#at = at
  }

  /** Whether that, and nothing else, is left. */
  isAt(rest: string): boolean {
    return this.#take(rest) && this.#at === this.#text.length
  }

  value(depth: number): XmlRpcValue | null {
    if (depth === 0) return null
    if (this.#take("<value><string>")) return this.#string("</string></value>\n")
    if (this.#take("<value><int>")) return this.#int()
    if (this.#take("<value><struct>\n")) return this.#struct(depth)
    if (this.#take("<value><array><data>\n")) return this.#array(depth)
    if (this.#take("<value><boolean>1</boolean></value>\n")) return true
    if (this.#take("<value><boolean>0</boolean></value>\n")) return false
    return null
  }

  #take(token: string): boolean {
    if (!this.#text.startsWith(token, this.#at)) return false
    this.#at += token.length
    return true
  }

  /** What stands before the next tag, which must be `end`. */
  #string(end: string): string | null {
    const from = this.#at
    const to = this.#text.indexOf("<", from)
    if (to < 0) return null
    this.#at = to
    return this.#take(end) ? unescaped(this.#text.slice(from, to)) : null
  }

  #int(): number | null {
    const digits = this.#string("</int></value>\n")
    return digits !== null && /^(0|-?[1-9]\d{0,14})$/.test(digits) ? Number(digits) : null
  }

  #struct(depth: number): XmlRpcValue | null {
    const members = new Map<string, XmlRpcValue>()
    for (let at = 0; ; at++) {
      const name = this.#name(at)
      if (name === null) break
      const value = this.value(depth - 1)
      if (value === null || !this.#take("</member>\n")) return null
      members.set(name, value)
    }
    return this.#take("</struct></value>\n") ? members : null
  }

  /** Of the member that begins here; null: none does. Most structs have the names of the one before. */
  #name(at: number): string | null {
    const known = this.#names[at]
    if (known !== undefined && this.#take(known.written)) return known.name
    if (!this.#take(memberStart)) return null
    const name = this.#string(nameEnd)
    if (name !== null && !/[&<>]/.test(name)) {
      this.#names[at] = { name, written: memberStart + name + nameEnd }
    }
    return name
  }

  #array(depth: number): XmlRpcValue | null {
    const values: Array<XmlRpcValue> = []
    while (!this.#take("</data></array></value>\n")) {
      const value = this.value(depth - 1)
      if (value === null) return null
      values.push(value)
    }
    return values
  }
}

/** Null: an entity that is not written in this form. */
const unescaped = (text: string): string | null => {
  if (!text.includes("&")) return text
  if (/&(?!(amp|lt|gt);)/.test(text)) return null
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&")
}
