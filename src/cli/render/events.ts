/** One line an event: when, about whom, what. */

import { byWhom } from "../../core/byWhom.ts"
import { exitText } from "../../core/exitText.ts"
import { outcomeWord } from "../../core/outcomeWord.ts"
import { printable } from "../../core/printable.ts"
import type { Calendar } from "../../core/termText.ts"
import type { Event, EventBody } from "../../domain/Event.ts"
import { reasonText } from "./describe.ts"
import type { Style } from "./style.ts"

export const renderEvent = (
  event: Event,
  style: Style,
  dateTime: (ms: number) => string
): string => {
  const subject = "address" in event.body ? `${style.bold(event.body.address)} ` : ""
  return `${style.dim(dateTime(event.at))}  ${subject}${eventText(event.body, { now: event.at, dateTime })}`
}

const eventText = (body: EventBody, calendar: Calendar): string => {
  switch (body.kind) {
    case "state": {
      const pid = body.pid === null ? "" : ` pid ${body.pid}`
      const why = body.reason === null ? "" : ` (${reasonText(body.reason)})`
      const change = body.from === body.to ? body.to : `${body.from} -> ${body.to}`
      return `${change}${pid}${why}`
    }
    case "exit":
      return `pid ${body.pid}: ${exitText(body.status)}`
    case "ready":
      return `${body.ready ? "ready" : "not ready"}: ${printable(body.text)}`
    case "added":
      return "added"
    case "removed":
      return "removed"
    case "succession":
      return body.failed === null
        ? `pid ${body.pid} takes the place of pid ${body.before}`
        : `its new process failed: ${printable(body.failed)}; pid ${body.before} goes on`
    case "renamed":
      return `was ${body.from}`
    case "signalled":
      return `${body.signal} to ${body.scope} ${body.pid}`
    case "log":
      return `${body.channel}: ${body.text}`
    case "leftovers":
      return body.pids.length === 0
        ? "nothing left behind any more"
        : `left behind: pid ${body.pids.join(", ")}`
    case "hook":
      return body.text
    case "fileChanged":
      return `${body.path} changed`
    case "generation":
      return `generation ${body.number} ${outcomeWord(body.outcome)}${body.detail === null ? "" : `: ${body.detail}`}`
    case "rejected":
      return `files rejected, ${body.problems} problems: ${body.text}`
    case "override":
      return byWhom(body, calendar)
    case "group":
      return `group ${body.group} ${body.change}`
    case "supervisor":
      return `supervisor ${body.state}`
    case "daemon":
      return body.text
  }
}
