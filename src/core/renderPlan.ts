/**
 * A plan for people (design 7, "Output"): what changes, then what is held or drifted, then one line of counts. Instances of
 * a program that share a cause are one line. It prints only what the plan says: values that are hidden there stay hidden.
 */
import type { Action, Drift, FieldChange, Hold, Plan } from "../domain/Plan.ts"
import { actionText, fieldEffect, fieldText, planSymbol, stopText } from "./actionText.ts"
import { ageText } from "./ageText.ts"
import { byText } from "./byText.ts"
import { canonicalJson } from "./canonicalJson.ts"
import { holdsAll } from "./guards.ts"
import { planCounts } from "./planCounts.ts"
import { printable } from "./printable.ts"
import { programLabel } from "./programKey.ts"
import { shortenChange } from "./shortenChange.ts"
import { endText } from "./termText.ts"

export interface RenderPlanOptions {
  readonly colour: boolean
  /** Columns of the terminal, to which changed values are shortened; Infinity: all is printed whole. */
  readonly width: number
  /** Wall clock, milliseconds: for the age of what an operator did. */
  readonly now: number
  /** A moment as `2026-11-22 06:48:05`. */
  readonly dateTime: (ms: number) => string
  /** What runs is what … Default: "the files declare". */
  readonly declared?: string
}

export const renderPlan = (plan: Plan, options: RenderPlanOptions): string => {
  const paint = painter(options.colour)
  const rows = [...changeRows(plan, options.width), ...driftRows(plan, options)]
  const layout = columns(rows, options.width)
  const print = (row: Row) => printRow(row, layout, paint)
  const changes = rows.filter(({ part }) => part === "change").map(print)
  const drift = rows.filter(({ part }) => part === "drift").map(print)
  const held = plan.held.map((hold) => `${paint("!", "!")} ${printable(heldText(hold, options))}`)
  const blocks = [
    [paint("bold", header(plan))],
    changes,
    drift.length > 0 ? [paint("bold", "Drift"), ...drift] : [],
    held.length > 0 ? [paint("bold", "Held"), ...held] : [],
    [summary(plan, options)]
  ]
  return `${blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join("\n"))
    .join("\n\n")}\n`
}

/** `commit 3f2c1ab (clean)   14 programs, 11 unchanged` */
const header = ({ git, programs, unchanged }: Plan): string => {
  const commit =
    git.commit === null
      ? "no commit"
      : `commit ${git.commit.slice(0, 7)} (${git.dirty ? "dirty" : "clean"})`
  return `${commit}   ${programs} ${programs === 1 ? "program" : "programs"}, ${unchanged} unchanged`
}

const summary = (plan: Plan, { declared = "the files declare" }: RenderPlanOptions): string => {
  const { counts, held } = planCounts(plan)
  const later = plan.drift.filter(({ at, kind }) => laterKinds.has(kind) && at === null).length
  const waits = later === 0 ? "" : ` ${later} to restart later.`
  const tail = held === 0 ? waits : `${waits} ${held} held.`
  if (plan.actions.length === 0) {
    const isLeft =
      plan.held.some(({ kind }) => kind === "protected") ||
      plan.drift.some(({ kind }) => laterKinds.has(kind) || kind === "reload")
    if (isLeft) return `Nothing to do yet.${tail}`
    return plan.drift.length === 0
      ? `No changes: what runs is what ${declared}.${tail}`
      : `No changes; nothing is done about drift.${tail}`
  }
  const parts = counts.map(([count, what]) => `${count} to ${what}`)
  const all = holdsAll(plan.held) ? " All of it waits." : ""
  return `Plan: ${parts.join(", ")}.${all}${tail}`
}

/** A restart that cannot be yet. */
const laterKinds: ReadonlySet<Drift["kind"]> = new Set(["waiting", "lacking"])

interface Row {
  readonly part: "change" | "drift"
  readonly symbol: string
  readonly name: string
  readonly text: string
  readonly source: string
}

const changeRows = (plan: Plan, width: number): ReadonlyArray<Row> =>
  grouped(plan.actions).flatMap((members): ReadonlyArray<Row> => {
    const [first] = members
    if (first === undefined) return []
    const { cause } = first
    const name =
      members.length === 1 ? first.address : `${label(first)}  (${members.length} instances)`
    const source = lastColumn(first)
    const room = width - Math.max(firstColumn, name.length + 4) - source.length - 2
    const [text = "", ...more] = folded(actionText(first), room)
    const head: ReadonlyArray<Row> = [
      { part: "change", symbol: planSymbol(first), name, text, source },
      ...more.map((text): Row => ({ part: "change", symbol: "", name: "", text, source: "" }))
    ]
    if (cause.kind !== "fields" && cause.kind !== "dependency") return head
    return [
      ...head,
      ...cause.changes.map((change) => fieldRow(change, first, members.length, width))
    ]
  })

/** Between its parts, where it is too long for a line. */
const folded = (text: string, room: number): ReadonlyArray<string> => {
  const lines: Array<string> = []
  for (const part of text.split("; ")) {
    const last = lines.at(-1)
    if (last === undefined || last.length + part.length + 2 > room) lines.push(part)
    else lines.splice(-1, 1, `${last}; ${part}`)
  }
  return lines
}

/** Where it is declared; of what is no longer declared, how it ends. */
const lastColumn = (action: Action): string => {
  if (action.kind === "stop") return stopText(action)
  return action.source === null ? "" : `${action.source.file}:${action.source.line}`
}

const fieldRow = (change: FieldChange, action: Action, count: number, width: number): Row => {
  const name = `  ${change.path}`
  const source = fieldEffect(change, action, count)
  const room =
    width - Math.max(firstColumn, name.length + 4) - Math.max(longestEffect, source.length + 2)
  return { part: "change", symbol: "", name, text: fieldText(shortenChange(change, room)), source }
}

/** Where the second column begins when names are short. */
const firstColumn = 28
const longestEffect = "  at the next start".length

/** The age goes behind what happened: `stopped by root 41 min ago ("disk swap"); until 14:30`. */
const driftRows = (plan: Plan, options: RenderPlanOptions): ReadonlyArray<Row> =>
  plan.drift.map(({ address, at, text, until }) => {
    const end = until === null ? "" : `; ${endText({ until }, options)}`
    const told = `${aged(text, at, options)}${end}`
    return { part: "drift", symbol: "!", name: address, text: told, source: "" }
  })

const heldText = ({ at, text }: Hold, options: RenderPlanOptions): string =>
  aged(text, at ?? null, options)

const aged = (text: string, at: number | null, { now }: RenderPlanOptions): string => {
  if (at === null) return text
  const head = text.search(/ \("| with | after | although |[,:;]|$/)
  return `${text.slice(0, head)} ${ageText(now - at)} ago${text.slice(head)}`
}

/** Actions of one program and kind with one cause, in the order of names. */
const grouped = (actions: ReadonlyArray<Action>): ReadonlyArray<ReadonlyArray<Action>> => {
  const groups = Map.groupBy(actions, (action) => {
    const { cause, kind, source } = action
    const apart = cause.kind === "renamed" || kind === "adopt" ? action.instance : ""
    return `${label(action)} ${kind} ${planSymbol(action)} ${source?.line} ${canonicalJson(cause)} ${apart}`
  })
  return [...groups.values()].sort(([a], [b]) =>
    a === undefined || b === undefined ? 0 : byText(label(a), label(b))
  )
}

/** From the key, which is `group/program/index`. */
const label = ({ instance, program }: Action): string => {
  const parts = instance.slice(0, instance.lastIndexOf("/"))
  return programLabel({ group: parts.slice(0, -program.length - 1), program })
}

interface Layout {
  readonly text: number
  readonly source: number
}

/** Second and third column: as in the design where things fit, pushed right by long texts as far as the width allows. */
const columns = (rows: ReadonlyArray<Row>, width: number): Layout => {
  const longest = (of: (row: Row) => string, most: number) =>
    rows.map((row) => of(row).length).reduce((a, b) => (b > a && b <= most ? b : a), 0)
  const text = Math.max(firstColumn, longest(({ name }) => name, 46) + 4)
  const changes = rows.filter(({ part }) => part === "change")
  const room = changes.reduce(
    (most, row) => (row.source === "" ? most : Math.max(most, row.text.length)),
    0
  )
  const wanted = Math.max(
    67,
    text + Math.min(room, width === Number.POSITIVE_INFINITY ? 60 : 100) + 2
  )
  return {
    text,
    source: Math.max(text + 2, Math.min(wanted, width - longest(({ source }) => source, 48)))
  }
}

const printRow = (row: Row, layout: Layout, paint: Painter): string => {
  const symbol = row.symbol === "" ? " " : paint(row.symbol, row.symbol)
  const name = `${printable(row.name)}  `.padEnd(layout.text - 2)
  const line = row.source === "" ? printable(row.text) : `${printable(row.text)}  `
  const padded =
    row.source === "" ? line : line.padEnd(layout.source - Math.max(layout.text, name.length + 2))
  return `${symbol} ${name}${padded}${paint("dim", printable(row.source))}`.trimEnd()
}

type Painter = (style: string, text: string) => string

const styles: ReadonlyMap<string, string> = new Map([
  ["+", "32"],
  ["~", "33"],
  ["↻", "36"],
  [">", "34"],
  ["-", "31"],
  ["!", "35"],
  ["dim", "2"],
  ["bold", "1"]
])

const painter =
  (colour: boolean): Painter =>
  (style, text) => {
    const code = styles.get(style)
    return colour && code !== undefined && text !== "" ? `\u001b[${code}m${text}\u001b[0m` : text
  }
