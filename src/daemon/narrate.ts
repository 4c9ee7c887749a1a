/**
 * What the foreground tells while reeve runs: changes of state, unexpected exits, what was done by hand. Plans and rejected
 * files come by reportText. The same lines tell `reeve up -d` how the boot goes.
 */
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { exitText } from "../core/exitText.ts"
import type { EventBody } from "../domain/Event.ts"
import type { Reason } from "../domain/State.ts"
import { Events } from "../events/Events.ts"

/** Subscribed when it returns; the effect that it gives tells for ever. */
export const narrate = Effect.fnUntraced(function* (tell: (text: string) => void) {
  const events = yield* Events
  const stream = yield* events.subscribe
  const stopping = new Set<string>()
  return Stream.runForEach(stream, ({ body }) =>
    Effect.sync(() => {
      if (body.kind === "state") {
        if (body.to === "STOPPING") stopping.add(body.instance)
        else stopping.delete(body.instance)
      }
      // What was stopped ends by a signal; its next state says that it did.
      if (body.kind === "exit" && stopping.has(body.instance)) return
      const text = eventLine(body)
      if (text !== null) tell(`reeve: ${text}`)
    })
  )
})

/** Null: not worth a line, or told in another way. */
const eventLine = (body: EventBody): string | null => {
  switch (body.kind) {
    case "state": {
      const pid = body.pid === null ? "" : ` (pid ${body.pid})`
      return `${body.address} ${body.to}${pid}${failureText(body.reason)}`
    }
    case "exit":
      return body.expected
        ? null
        : `${body.address} pid ${body.pid}: ${exitText(body.status)}, not expected`
    case "leftovers":
      return body.pids.length === 0
        ? null
        : `${body.address} left behind: pid ${body.pids.join(", ")}`
    case "renamed":
      return `${body.address} was ${body.from}; its process keeps running`
    case "override":
      return `${body.address} ${body.text} by ${body.who}`
    case "daemon":
      return body.text
    case "generation":
    case "rejected":
    case "added":
    case "removed":
    case "signalled":
    case "log":
      return null
  }
}

const failureText = (reason: Reason | null): string =>
  reason?.kind === "startFailed" || reason?.kind === "gaveUp" ? `: ${reason.text}` : ""
