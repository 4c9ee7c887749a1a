/**
 * What the journal's events mean for listeners: who is a member, who runs, and what the pools are told. In their order: a pool
 * hears of what comes after its group, and of nothing before.
 */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { listenerEventOf } from "../core/listener/payloads.ts"
import type { Event } from "../domain/Event.ts"
import type { Address, InstanceKey } from "../domain/Instance.ts"
import type { LogPlane } from "../logs/LogPlane.ts"
import type { Supervisor } from "../supervise/Supervisor.ts"
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

/** Events that happen at once may come out of order by so much; a wider gap means that some were lost. */
const reordered = 100

interface Known {
  address: Address
  pid: number | null
  /** Its output makes events. */
  readonly speaks: boolean
}

export const hearHappenings = ({ board, plane, scope, supervisor }: Hearing) => {
  const known = new Map<InstanceKey, Known>()
  const position = { last: null as number | null }

  const find = (key: InstanceKey) => supervisor.get(key).pipe(Effect.orElseSucceed(() => null))

  const meet = Effect.fnUntraced(function* (key: InstanceKey) {
    const instance = yield* find(key)
    if (instance === null) return
    const { spec } = instance
    const { stderr, stdout } = spec.definition.logs
    const sinks = stderr === "stdout" ? [stdout] : [stdout, stderr]
    known.set(key, {
      address: spec.address,
      pid: instance.process?.pid ?? known.get(key)?.pid ?? null,
      speaks: sinks.some((sink) => sink.events || sink.captureMaxBytes > 0)
    })
    board.join(spec)
  })

  const renamed = Effect.fnUntraced(function* (key: InstanceKey, from: Address) {
    const instance = yield* find(key)
    if (instance === null) return
    for (const [old, { address }] of known) {
      if (address !== from || old === key) continue
      board.rename(old, instance.spec)
      known.delete(old)
    }
    yield* meet(key)
  })

  /** Everything as it is now: after an apply, which changes specifications in place, and where events were lost. */
  const look = Effect.gen(function* () {
    const instances = yield* supervisor.snapshot
    const present = new Set(instances.map(({ spec }) => spec.key))
    for (const key of known.keys()) {
      if (!present.has(key)) forget(key)
    }
    for (const { process, spec, state } of instances) {
      yield* meet(spec.key)
      if (!board.isListener(spec.key)) continue
      board.runs(
        spec.key,
        state === "RUNNING" && process !== null ? stdoutOf(process.spawnId) : null
      )
    }
  })

  const forget = (key: InstanceKey): void => {
    known.delete(key)
    board.leave(key)
  }

  const changed = Effect.fnUntraced(function* (body: Event["body"] & { readonly kind: "state" }) {
    const key = body.instance
    const one = known.get(key)
    if (one !== undefined && body.pid !== null) one.pid = body.pid
    if (!board.isListener(key)) return
    const process = body.to === "RUNNING" ? ((yield* find(key))?.process ?? null) : null
    board.runs(key, process === null ? null : stdoutOf(process.spawnId))
    const busy = board.member(key)?.busy ?? null
    if (body.to === "STOPPING" || body.to === "RUNNING" || busy === null) return
    // What it said at last may still be on its way.
    yield* Effect.sleep(lastWordsMs).pipe(
      Effect.andThen(Effect.sync(() => board.ended(key, busy.stream))),
      Effect.forkIn(scope)
    )
  })

  const react = (body: Event["body"]): Effect.Effect<void> => {
    switch (body.kind) {
      case "added":
        return meet(body.instance)
      case "removed":
        return Effect.sync(() => forget(body.instance))
      case "renamed":
        return renamed(body.instance, body.from)
      case "state":
        return changed(body)
      case "exit": {
        const one = known.get(body.instance)
        if (one === undefined) return Effect.void
        one.pid = body.pid
        const heard = board.wantsOutput
        return one.speaks && heard
          ? Effect.timeoutOption(plane.settle, settleMs).pipe(Effect.andThen(Effect.sleep(0)))
          : Effect.void
      }
      case "generation":
        return body.outcome === "applying" ? Effect.void : look
      case "group":
      case "supervisor":
      case "signalled":
      case "log":
      case "leftovers":
      case "rejected":
      case "override":
      case "daemon":
        return Effect.void
    }
  }

  const tell = (body: Event["body"]): void => {
    // Both the instances and a client's command may say it.
    if (body.kind === "group") {
      const news =
        body.change === "added" ? board.groupAdded(body.group) : board.groupRemoved(body.group)
      if (!news) return
    }
    const event = listenerEventOf(body)
    if (event !== null) board.notify(event)
  }

  return {
    hear: ({ body, id }: Event): Effect.Effect<void> =>
      Effect.gen(function* () {
        const { last } = position
        position.last = id
        if (last !== null && id > last + reordered) {
          yield* Effect.logWarning(`event listeners missed ${id - last - 1} events`)
          yield* look
        }
        yield* react(body)
        tell(body)
      }),
    /** The pid of the latest process of an instance; 0: not known. */
    pidOf: (key: InstanceKey): number => known.get(key)?.pid ?? 0
  }
}

/** The stream of a process's stdout in the log plane. */
export const stdoutOf = (spawnId: string): string => `${spawnId}.stdout`
