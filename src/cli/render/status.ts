/** The table of `reeve status`: address, state, description, and what is out of the ordinary. */
import { awaitedText } from "../../core/dependency/waitingText.ts"
import { exitText } from "../../core/exitText.ts"
import { hookField } from "../../core/hookField.ts"
import { isReady } from "../../core/isReady.ts"
import { printable } from "../../core/printable.ts"
import { taskText } from "../../core/taskText.ts"
import { type Calendar, endText, whyText } from "../../core/termText.ts"
import type { State } from "../../domain/State.ts"
import type { StatusLine } from "../../domain/Status.ts"
import { type Cell, columns } from "./columns.ts"
import { healthNotes } from "./health.ts"
import type { Style } from "./style.ts"

export const renderStatus = (
  instances: ReadonlyArray<StatusLine>,
  style: Style,
  calendar: Calendar & { readonly now: number }
): string => {
  const heads = ["NAME", "STATE", "DESCRIPTION"].map((text): Cell => ({ text, paint: style.dim }))
  const rows = instances.map((instance): ReadonlyArray<Cell> => {
    const notes = [...healthNotes(instance, calendar.now), ...statusNotes(instance, calendar)]
    return [
      { text: instance.spec.address },
      { text: instance.state, paint: stateColour(instance, style) },
      {
        text: [statusText(instance, calendar.now), ...notes]
          .filter((text) => text !== "")
          .join("; ")
      }
    ]
  })
  return columns([heads, ...rows]).join("\n")
}

/** Running and ready, or stopped for a reason that somebody gave; a task that ended as expected is healthy too. */
export const isHealthy = (instance: StatusLine): boolean => {
  switch (instance.state) {
    case "RUNNING":
      return isReady(instance)
    case "STOPPED":
      return true
    case "EXITED":
      return (
        instance.reason?.kind !== "unhealthy" &&
        (instance.reason?.kind !== "exited" || instance.reason.expected)
      )
    case "STARTING":
    case "BACKOFF":
    case "STOPPING":
    case "FATAL":
    case "UNKNOWN":
      return false
  }
}

/** Column 3: supervisord's text, with what it leaves out: why it ended, and when the next try comes. */
const statusText = (instance: StatusLine, now: number): string => {
  const { reason, state } = instance
  const task = taskText(instance, now)
  if (task !== null) return printable(task)
  if (state === "BACKOFF" && instance.nextAttemptAt !== null) {
    return `${instance.description}; next try ${untilText(instance.nextAttemptAt - now)}, ${instance.failures} failed so far`
  }
  if (state === "EXITED" && reason?.kind === "unhealthy") {
    const how = reason.during === "run" ? "not alive: " : ""
    return `${instance.description}, ${how}${printable(reason.text)}`
  }
  if (state === "EXITED" && reason?.kind === "exited") {
    return `${instance.description}, ${exitText(reason.status)}${reason.expected ? "" : ", not expected"}`
  }
  if (state === "STOPPED" && reason?.kind === "waiting") {
    return `waits for ${awaitedText(reason.on)}`
  }
  return instance.description
}

/** What is out of the ordinary, in the order of weight. */
export const statusNotes = (instance: StatusLine, calendar: Calendar): ReadonlyArray<string> => {
  const notes: Array<string> = []
  const { override } = instance
  if (override !== null) {
    const by = `${override.kind} by ${printable(override.who)}${whyText(override)}`
    notes.push(`${by}; ${endText(override, calendar)}`)
  }
  if (instance.logTrouble !== null) notes.push(`log trouble: ${instance.logTrouble}`)
  if (instance.listener === "UNKNOWN") {
    notes.push("broke the protocol of event listeners and gets no events until it is restarted")
  }
  if (instance.leftovers.length > 0) notes.push(`left behind: pid ${instance.leftovers.join(", ")}`)
  if (instance.hook !== null) notes.push(`runs ${hookField(instance.hook)}`)
  if (instance.changedFile !== null) notes.push(`${instance.changedFile} changed since its start`)
  if (instance.unreadFile !== null)
    notes.push(`${instance.unreadFile} changed and was not read anew`)
  if (instance.outdated) notes.push("runs an older definition until its next start")
  return notes
}

/** `now`, `in 4s`, `in 2m 5s`. */
export const untilText = (ms: number): string => {
  const seconds = Math.ceil(ms / 1000)
  if (seconds <= 0) return "now"
  return seconds < 60 ? `in ${seconds}s` : `in ${Math.floor(seconds / 60)}m ${seconds % 60}s`
}

const stateColour = (instance: StatusLine, style: Style) => {
  const colours: Readonly<Record<State, (text: string) => string>> = {
    RUNNING: isReady(instance) ? style.green : style.yellow,
    STARTING: style.cyan,
    STOPPING: style.cyan,
    STOPPED: style.dim,
    BACKOFF: style.yellow,
    EXITED: isHealthy(instance) ? style.dim : style.red,
    FATAL: style.red,
    UNKNOWN: style.red
  }
  return colours[instance.state]
}
