/**
 * Reads the edits of a tree. Blank lines part them; `#` begins a comment.
 *
 *   * The cache of web lives longer            the title; with a star it is done with real processes, too
 *   in web.ts                                  lines with - and + after it replace text that is there once; a text
 *   - TTL: "60"                                begins behind the blank after its sign
 *   + TTL: "300"                               + without - : at the end of the file
 *   add FILE / delete FILE / move FILE to FILE
 *   => restart web:0 web:1 by environment.TTL: fixed at the start of a process
 *   => nothing: only a comment
 *
 * An expectation is a verb, addresses (`api:0..3` are four; of a rename `old -> new`), what explains it, and the reason why it
 * must be so. Several explanations of one are parted by commas.
 */
import { type Change, type Edit, type Expected, type Verb, verbs } from "./Edit.ts"

export const readEdits = (name: string, text: string): ReadonlyArray<Edit> => {
  const edits: Array<Edit> = []
  let lines: Array<string> = []
  let begun = 1
  for (const [at, line] of [...text.split("\n"), ""].entries()) {
    if (line.startsWith("#")) continue
    if (line !== "") {
      if (lines.length === 0) begun = at + 1
      lines.push(line)
      continue
    }
    if (lines.length > 0) edits.push(readEdit(lines, `${name}:${begun}`))
    lines = []
  }
  return edits
}

const readEdit = (lines: ReadonlyArray<string>, place: string): Edit => {
  const [head = "", ...rest] = lines
  const changes = rest.filter((line) => !line.startsWith("=> "))
  const told = rest.filter((line) => line.startsWith("=> ")).map((line) => line.slice(3))
  if (told.length === 0) throw new Error(`${place}: no expectation`)
  const isNothing = told.length === 1 && /^nothing: ./.test(told[0] ?? "")
  return {
    title: head.replace(/^\* /, ""),
    real: head.startsWith("* "),
    changes: readChanges(changes, place),
    expected: isNothing ? [] : told.flatMap((line) => readExpected(line, place)),
    place
  }
}

const readChanges = (lines: ReadonlyArray<string>, place: string): ReadonlyArray<Change> => {
  const changes: Array<Change> = []
  let file = ""
  let adding = false
  let at = 0
  /** Lines from here on with that sign, as one text. */
  const run = (sign: "+" | "-"): string | null => {
    const found: Array<string> = []
    for (let line = lines[at]; line?.startsWith(sign); line = lines[++at]) {
      found.push(line.slice(2))
    }
    return found.length === 0 ? null : found.join("\n")
  }
  while (at < lines.length) {
    const line = lines[at] ?? ""
    const words = line.split(" ")
    if (/^[+-]/.test(line)) {
      const old = run("-")
      const now = run("+") ?? ""
      if (old !== null) changes.push({ kind: "replace", file, old, now })
      else changes.push({ kind: adding ? "add" : "append", file, text: `${now}\n` })
      continue
    }
    const [verb, name = "", , to = ""] = words
    if (verb === "in" || verb === "add") {
      file = name
      adding = verb === "add"
    } else if (verb === "delete") changes.push({ kind: "delete", file: name })
    else if (verb === "move") changes.push({ kind: "move", file: name, to })
    else throw new Error(`${place}: ${JSON.stringify(line)} is no line of an edit`)
    at++
  }
  return changes
}

const readExpected = (line: string, place: string): ReadonlyArray<Expected> => {
  const [, verb = "", addresses = "", by = "", reason = ""] =
    /^(\w+) (.+?) by (.+?): (\S.*)$/.exec(line) ?? []
  if (!isVerb(verb)) throw new Error(`${place}: ${JSON.stringify(line)} is no expectation`)
  const causes = by.split(", ").sort()
  const one = (address: string, from: string | null) => ({ verb, address, causes, from, reason })
  if (verb !== "rename")
    return addresses
      .split(" ")
      .flatMap(each)
      .map((it) => one(it, null))
  return addresses.split(", ").map((pair) => {
    const [from = "", to = ""] = pair.split(" -> ")
    return one(to, from)
  })
}

const isVerb = (word: string): word is Verb => (verbs as ReadonlyArray<string>).includes(word)

/** `api:0..3` are `api:0` to `api:3`. */
const each = (address: string): ReadonlyArray<string> => {
  const [, stem = "", first = "", last = ""] = /^(.*?)(\d+)\.\.(\d+)$/.exec(address) ?? []
  if (first === "") return [address]
  return Array.from({ length: Number(last) - Number(first) + 1 }, (_, at) => {
    const number = String(Number(first) + at).padStart(first.length, "0")
    return `${stem}${number}`
  })
}
