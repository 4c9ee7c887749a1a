/** The chain of causes of one instance: what it is, and below that each cause with its time, the nearest first. */
import { actionText, fieldText } from "../../core/actionText.ts"
import { byWhom } from "../../core/byWhom.ts"
import type { Cause } from "../../core/causes.ts"
import { exitText } from "../../core/exitText.ts"
import type { Generation } from "../../domain/Generation.ts"
import type { InstanceKey } from "../../domain/Instance.ts"
import type { Action, FieldChange } from "../../domain/Plan.ts"
import type { InstanceStatus } from "../../domain/Status.ts"
import { type Cell, columns } from "./columns.ts"
import { reasonText } from "./describe.ts"
import { commitText, originText } from "./history.ts"
import type { Style } from "./style.ts"

export interface Chain {
  readonly instance: InstanceStatus
  readonly causes: ReadonlyArray<Cause>
  /** The one that the chain ends with; null: there is none, or it is not kept any more. */
  readonly generation: Generation | null
  /** Of what it followed; null: it followed nothing. */
  readonly followed: Chain | null
}

export const renderWhy = (chain: Chain, style: Style, dateTime: (ms: number) => string): string => {
  const { instance } = chain
  const { process, reason, since, spec, state } = instance
  const pid = process === null ? "" : `, pid ${process.pid}`
  const why = reason === null ? "" : `: ${reasonText(reason)}`
  return [
    `${style.bold(spec.address)} is ${state}${pid}, since ${dateTime(since)}${why}`,
    ...columns(rowsOf(chain, "", style, dateTime))
  ].join("\n")
}

/** Then those of what it followed, each with its name. */
const rowsOf = (
  { causes, followed, generation, instance }: Chain,
  prefix: string,
  style: Style,
  dateTime: (ms: number) => string
): ReadonlyArray<ReadonlyArray<Cell>> => {
  const rows = causes.map((cause): ReadonlyArray<Cell> => {
    const at = cause.kind === "generation" ? (generation?.acceptedAt ?? null) : cause.at
    const text = causeText(cause, { dateTime, generation, key: instance.spec.key })
    return [
      { text: `  ${at === null ? "" : dateTime(at)}`, paint: style.dim },
      { text: prefix + text }
    ]
  })
  if (followed === null) return rows
  return [...rows, ...rowsOf(followed, `${followed.instance.spec.address}: `, style, dateTime)]
}

/** What the plan of that generation did to the instance; none: it was as declared already. */
export const actionsOn = (generation: Generation | null, key: InstanceKey): ReadonlyArray<Action> =>
  generation?.plan?.actions.filter(({ instance }) => instance === key) ?? []

interface Around {
  readonly generation: Generation | null
  readonly key: InstanceKey
  readonly dateTime: (ms: number) => string
}

const causeText = (cause: Cause, { dateTime, generation, key }: Around): string => {
  switch (cause.kind) {
    case "ended": {
      const { count, expected, pid, since, status } = cause
      const latest = `pid ${pid}: ${exitText(status)}, ${expected ? "expected" : "not expected"}`
      return count === 1
        ? `it ended by itself: ${latest}`
        : `it ended by itself ${count} times since ${dateTime(since)}; the latest, ${latest}`
    }
    case "stopped":
      return `it was ${cause.started ? "restarted" : "stopped"}: ${reasonText(cause.reason)}`
    case "byHand":
      return byWhom(cause, { now: null, dateTime })
    case "added":
      return "it was added"
    case "fileChanged":
      return `it was started as ${cause.path} changed`
    case "generation":
      return generationText(cause.number, generation, key)
  }
}

const generationText = (
  number: number,
  generation: Generation | null,
  key: InstanceKey
): string => {
  if (generation === null) return `generation ${number}, which is not kept any more`
  const commit = generation.git.commit === null ? "no commit" : `commit ${commitText(generation)}`
  const done = actionsOn(generation, key).map(deedText)
  const origin = originText(generation)
  return [`generation ${number} (${commit}, by ${generation.who})${origin}`, ...done].join("; ")
}

const deedText = (action: Action): string => {
  if (action.cause.kind === "dependency" && action.kind === "restart") {
    return [`restarted it with ${action.cause.on}`, ...changesText(action.cause.changes)].join("; ")
  }
  if (action.cause.kind === "firstStart" && action.kind === "start" && action.run)
    return "started it"
  if (action.cause.kind !== "fields") return actionText(action)
  return changesText(action.cause.changes).join(", ")
}

const changesText = (changes: ReadonlyArray<FieldChange>): ReadonlyArray<string> =>
  changes.map((change) => `${change.path} ${fieldText(change)}`)
