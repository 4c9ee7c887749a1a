/** Events as lines for the foreground. It remembers no more than what the words for the next event of an instance need. */
import { byWhom } from "../core/byWhom.ts"
import { awaitedText } from "../core/dependency/waitingText.ts"
import { endedText } from "../core/exitText.ts"
import { printable } from "../core/printable.ts"
import type { EventBody } from "../domain/Event.ts"
import type { InstanceKey } from "../domain/Instance.ts"
import type { ExitStatus, State } from "../domain/State.ts"
import { localDateTime } from "../os/localTime.ts"

/** Who watches may look at a line days later: every moment has its date. */
const calendar = { now: null, dateTime: localDateTime }

type StateChange = Extract<EventBody, { readonly kind: "state" }>

export interface Narrator {
  /** Null: not worth a line, or told in another way. `pauseMs`: until the next try, where one comes. */
  readonly line: (body: EventBody, pauseMs: number | null) => string | null
  /** For a stop that began a while ago: null when it is over. */
  readonly slowStop: (body: EventBody) => string | null
}

export const makeNarrator = (): Narrator => {
  const states = new Map<InstanceKey, { readonly state: State; readonly pid: number | null }>()
  const exits = new Map<InstanceKey, ExitStatus>()
  /** Whose latest start failed: the next tries are told by how they end. */
  const failing = new Set<InstanceKey>()

  const stateLine = (body: StateChange, pauseMs: number | null): string | null => {
    const { address, instance, pid, reason, to } = body
    const exit = exits.get(instance) ?? null
    exits.delete(instance)
    states.set(instance, { state: to, pid })
    const tried = failing.has(instance)
    if (to === "BACKOFF") failing.add(instance)
    else if (to !== "STARTING") failing.delete(instance)
    switch (to) {
      case "STARTING":
        return tried || pid === null ? null : `${address} started (pid ${pid})`
      case "RUNNING":
        return tried ? `${address} RUNNING (pid ${pid})` : null
      case "BACKOFF": {
        if (body.from === "STOPPING") return tryLine(`${address} failed`, pauseMs)
        const early = body.from === "STARTING" ? " too soon" : ""
        const what =
          exit === null ? ` did not start: ${textOf(reason)}` : ` ${endedText(exit)}${early}`
        return tryLine(`${address}${what}`, pauseMs)
      }
      case "EXITED": {
        // Why it was stopped was said.
        if (reason?.kind === "unhealthy") return `${address} ended`
        const how = reason?.kind === "exited" ? reason : { status: exit, expected: false }
        return `${address} ${endedText(how.status)}, ${how.expected ? "as expected" : "not expected"}`
      }
      case "STOPPING":
        return reason?.kind === "unhealthy" ? `${address} is stopped: ${reason.text}` : null
      case "STOPPED":
        return reason?.kind === "waiting"
          ? `${address} waits for ${awaitedText(reason.on)}`
          : `${address} stopped`
      case "FATAL":
        return `${address} FATAL: ${textOf(reason)}`
      case "UNKNOWN":
        return `${address} UNKNOWN: ${textOf(reason)}`
    }
  }

  return {
    line: (body, pauseMs) => {
      if (body.kind === "state") return stateLine(body, pauseMs)
      if (body.kind === "exit") exits.set(body.instance, body.status)
      if (body.kind === "removed") {
        states.delete(body.instance)
        exits.delete(body.instance)
        failing.delete(body.instance)
      }
      return otherLine(body)
    },
    slowStop: (body) => {
      if (body.kind !== "state") return null
      const now = states.get(body.instance)
      return now?.state === "STOPPING" && now.pid === body.pid
        ? `${body.address} (pid ${body.pid}) takes its time to stop`
        : null
    }
  }
}

const tryLine = (what: string, pauseMs: number | null): string =>
  `${what}${pauseMs === null ? "" : `; next try in ${secondsText(pauseMs)}`}`

const otherLine = (body: Exclude<EventBody, StateChange>): string | null => {
  switch (body.kind) {
    case "leftovers":
      return body.pids.length === 0
        ? null
        : `${body.address} left behind: pid ${body.pids.join(", ")}`
    case "succession":
      return body.failed === null
        ? `${body.address}: pid ${body.pid} takes the place of pid ${body.before}`
        : `${body.address}: its new process failed: ${printable(body.failed)}; pid ${body.before} goes on`
    case "renamed":
      return `${body.address} was ${body.from}; its process keeps running`
    case "hook":
      return `${body.address}: ${body.text}`
    case "fileChanged":
      return `${body.address}: ${body.path} changed`
    case "override":
      return `${body.address} ${byWhom(body, calendar)}`
    case "daemon":
      return body.text
    case "ready":
      return `${body.address} is ${body.ready ? "ready" : `not ready: ${printable(body.text)}`}`
    case "exit":
    case "generation":
    case "rejected":
    case "added":
    case "removed":
    case "group":
    case "supervisor":
    case "signalled":
    case "log":
      return null
  }
}

const textOf = (reason: StateChange["reason"]): string =>
  reason !== null && "text" in reason ? reason.text : "reeve does not know why"

/** Of a wait: `now`, `4 s`, `2 min`. */
const secondsText = (ms: number): string => {
  const seconds = Math.max(1, Math.ceil(ms / 1000))
  return seconds < 120 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`
}
