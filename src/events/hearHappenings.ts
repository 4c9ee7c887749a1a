/**
 * What the journal's events mean for listeners: who is a member, who runs, and what the pools are told. In their order: a pool
 * hears of what comes after its group, and of nothing before.
 */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { listenerEventOf } from "../core/listener/payloads.ts"
import type { Event } from "../domain/Event.ts"
import type { InstanceSpec } from "../domain/Instance.ts"
import type { LogPlane } from "../logs/LogPlane.ts"
import type { Supervisor } from "../supervise/Supervisor.ts"
import type { Happened } from "./Backlog.ts"
import { membership } from "./membership.ts"
import type { Switchboard } from "./Switchboard.ts"

export interface Hearing {
  readonly scope: Scope.Scope
  readonly board: Switchboard
  readonly supervisor: Supervisor["Service"]
  readonly plane: LogPlane["Service"]
}

/** How long an answer that was given just before the end may take to arrive. */
const lastWordsMs = 500
/** How long what a program wrote may take to come before the news of its end. */
const settleMs = 100

export const hearHappenings = (hearing: Hearing) => {
  const { board } = hearing
  const members = membership(board, hearing.supervisor)
  const react = (body: Event["body"]): Effect.Effect<void> => {
    switch (body.kind) {
      case "added":
        return members.meet(body.instance)
      case "removed":
        return Effect.sync(() => members.forget(body.instance))
      case "renamed":
        return members.renamed(body.instance, body.from)
      case "state":
        return changed(hearing, members, body)
      case "exit":
        return Effect.sync(() => members.sawPid(body.instance, body.pid))
      case "generation":
        return body.outcome === "applying" ? Effect.void : members.renew
      case "succession":
        return body.failed !== null || body.pid === null
          ? Effect.void
          : Effect.sync(() => members.sawPid(body.instance, body.pid ?? 0))
      case "ready":
      case "group":
      case "supervisor":
      case "signalled":
      case "log":
      case "leftovers":
      case "hook":
      case "fileChanged":
      case "rejected":
      case "override":
      case "daemon":
        return Effect.void
    }
  }

  return {
    hear: ({ events, missed }: Happened): Effect.Effect<void> =>
      Effect.gen(function* () {
        if (missed > 0) {
          // Who is a member and who runs is asked anew; only pools can have missed something.
          if (board.pools.size > 0)
            yield* Effect.logWarning(`event listeners missed ${missed} events`)
          yield* members.look
        }
        if (board.wantsOutput) yield* lastOutput(hearing, members, events)
        for (const { body } of events) {
          yield* react(body)
          tell(board, body)
        }
      }),
    /** Everything as it is now: instances and their groups were there before, so nobody is told of them. */
    meetAll: Effect.gen(function* () {
      for (const { spec } of yield* hearing.supervisor.snapshot) board.groupAdded(spec.group)
      yield* members.look
    }),
    pidOf: members.pidOf
  }
}

type Members = ReturnType<typeof membership>

const changed = Effect.fnUntraced(function* (
  { board, scope }: Hearing,
  { meet, sawPid }: Members,
  body: Event["body"] & { readonly kind: "state" }
) {
  const key = body.instance
  sawPid(key, body.pid)
  if (body.to === "RUNNING") {
    yield* meet(key)
    return
  }
  if (!board.isListener(key)) return
  board.runs(key, null)
  const busy = board.member(key)?.busy ?? null
  if (body.to === "STOPPING" || busy === null) return
  // What it said at last may still be on its way.
  yield* Effect.sleep(lastWordsMs).pipe(
    Effect.andThen(Effect.sync(() => board.ended(key, busy.stream))),
    Effect.forkIn(scope)
  )
})

/** What programs wrote is told before their ends: all that ended have written it by now. */
const lastOutput = Effect.fnUntraced(function* (
  { plane }: Hearing,
  { find }: Members,
  events: ReadonlyArray<Event>
) {
  for (const { body } of events) {
    if (body.kind !== "exit") continue
    const instance = yield* find(body.instance)
    if (instance === null || !speaks(instance.spec)) continue
    yield* Effect.timeoutOption(plane.settle, settleMs)
    // Whoever hears the output has its turn first.
    yield* Effect.sleep(0)
    return
  }
})

const tell = (board: Switchboard, body: Event["body"]): void => {
  // Both the instances and a client's command may say it.
  if (body.kind === "group") {
    const { change, group } = body
    const isNews = change === "added" ? board.groupAdded(group) : board.groupRemoved(group)
    if (!isNews) return
  }
  const event = listenerEventOf(body)
  if (event !== null) board.notify(event)
}

/** Whether its output makes events. */
const speaks = ({ definition }: InstanceSpec): boolean => {
  const { stderr, stdout } = definition.logs
  const sinks = stderr === "stdout" ? [stdout] : [stdout, stderr]
  return sinks.some((sink) => sink.events || sink.captureMaxBytes > 0)
}
