/** The words for one action and one changed field: for plans, and for the progress of an apply. */
import type { Definition } from "../domain/Definition.ts"
import type { Awaited } from "../domain/Dependency.ts"
import type { CommandWords } from "../domain/Hooks.ts"
import type { Action, Cause, FieldChange } from "../domain/Plan.ts"
import { metText } from "./dependency/waitingText.ts"

export const planSymbol = (action: Action): "+" | "~" | "↻" | ">" | "-" => {
  switch (action.kind) {
    case "start":
      return "+"
    case "restart":
      return "~"
    case "update":
    case "signal":
      return "↻"
    case "rename":
    case "adopt":
      return ">"
    case "stop":
      return "-"
  }
}

/** What stands beside the name; field changes have lines of their own. */
export const actionText = (action: Action): string => {
  const why = causeText(action)
  switch (action.kind) {
    case "start":
      if (action.cause.kind === "completed") return why
      if (!action.run) return join(why, "added, not started (start.auto is false)")
      return action.task
        ? runText(action, why)
        : join(startText(action.cause, why), startsAfter("starts", action.awaits))
    case "stop":
      return action.cause.kind === "dependency" ? downText(action, action.cause.on) : why
    case "restart":
      return join(
        why,
        action.awaits.length === 0 ? "" : `after ${metText(action.awaits)}`,
        action.cause.kind === "fields" ? outcomeText(action) : turnText(action)
      )
    case "update":
      return why
    case "signal":
      return `${action.signal}, as ${why}`
    case "rename":
      return join(why, action.pid === null ? "not running" : `pid ${action.pid} keeps running`)
    case "adopt":
      return `pid ${action.pid} keeps running`
  }
}

/** What awaits nothing is started by a later line of the same plan. */
const downText = ({ awaits }: Action & { readonly kind: "stop" }, on: string): string =>
  awaits.length === 0 ? `stopped before ${on} restarts` : `stopped until ${on} is back`

/** What one instance means for the next, and what a failure does. */
const outcomeText = ({ atOnce, rollback }: Action & { readonly kind: "restart" }): string => {
  if (atOnce === null) return rollback ? "rolled back if it fails" : ""
  return `each ready before the next, or ${rollback ? "all rolled back" : "none follows"}`
}

const turnText = ({ atOnce, overlap }: Action & { readonly kind: "restart" }): string =>
  [
    atOnce === null ? "" : `${atOnce} at a time`,
    overlap ? "the new process before the old one ends" : ""
  ]
    .filter((part) => part !== "")
    .join(", ")

const startText = ({ kind }: Cause, why: string): string => {
  if (kind === "fields") return "starts again"
  return kind === "dependency" ? "" : why
}

const startsAfter = (verb: string, awaits: ReadonlyArray<Awaited>): string =>
  awaits.length === 0 ? "" : `${verb} after ${metText(awaits)}`

/** A task does not start and go on: it runs. */
const runText = ({ awaits, cause }: Action & { readonly kind: "start" }, why: string): string => {
  const verb = cause.kind === "fields" || cause.kind === "watch" ? "runs again" : "runs"
  const text = cause.kind === "dependency" ? "" : why
  return join(text, awaits.length === 0 ? verb : startsAfter(verb, awaits))
}

const causeText = ({ cause }: Action): string => {
  switch (cause.kind) {
    case "fields":
      return ""
    case "firstStart":
      return ""
    case "drift":
      return cause.text
    case "watch":
      return `${cause.path} changed`
    case "removed":
      return cause.since === null
        ? "no longer declared"
        : `no longer declared since ${cause.since.slice(0, 7)}`
    case "renamed":
      return `was ${cause.from}`
    case "scaled":
      return `scaled ${cause.from} -> ${cause.to}`
    case "operator":
      return `${cause.text} by ${cause.who}`
    case "dependency":
      return `restarts with ${cause.on}`
    case "completed":
      return "completed before; it runs once only"
    case "needed":
      return `needed by ${cause.by}`
  }
}

/** `TERM, then KILL after 30s`; a command stands in the place of the signal. */
export const stopText = ({
  command,
  signal,
  timeoutMs
}: Pick<Definition["stop"], "command" | "signal" | "timeoutMs">): string => {
  if (command === null && signal === "KILL") return "KILL"
  const first = command === null ? signal : commandText(command)
  return `${first}, then KILL after ${timeoutMs / 1000}s`
}

/** As people type it. */
export const commandText = (command: CommandWords): string =>
  typeof command === "string"
    ? command
    : command.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : JSON.stringify(word))).join(" ")

/** `"60" -> "300"`; `changed` where the values are hidden; one side alone where the other is absent. */
export const fieldText = ({ after, before, hidden }: FieldChange): string => {
  if (hidden) return "changed"
  if (before === null) return `added ${after}`
  if (after === null) return `removed, was ${before}`
  return `${before} -> ${after}`
}

/**
 * How a change takes effect. A field whose change needs a new process is not applied live to one that will go. `count`: of the
 * instances that do alike.
 */
export const fieldEffect = (change: FieldChange, action: Action, count: number): string => {
  switch (change.class) {
    case "none":
      return ""
    case "live":
      return "live"
    case "signal":
      return "by signal"
    case "restart":
    case "replace":
      return processEffect(change.class, action, count)
  }
}

const processEffect = (way: "restart" | "replace", action: Action, count: number): string => {
  switch (action.kind) {
    case "update":
    case "rename":
      return "at the next start"
    case "restart": {
      const all = count === 1 || action.atOnce !== null ? "" : "all at once"
      return [way, all, turnText(action)].filter((part) => part !== "").join(", ")
    }
    case "start":
      return action.task ? "for this run" : "from this start on"
    case "stop":
    case "signal":
    case "adopt":
      return way
  }
}

const join = (...parts: ReadonlyArray<string>): string =>
  parts.filter((part) => part !== "").join("; ")
