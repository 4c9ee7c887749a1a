/**
 * A new process beside the one that runs (`update.strategy` "overlap"). It takes the place when it is ready; one that fails is
 * taken away at once, and what ran before serves on.
 */
import * as Effect from "effect/Effect"
import { besideKey } from "../../core/besideKey.ts"
import { isAvailable } from "../../core/rollout/availability.ts"
import { failureText } from "../../core/rollout/troubleTexts.ts"
import { updatePolicy } from "../../core/rollout/updatePolicy.ts"
import { formatDuration } from "../../domain/Duration.ts"
import type { InstanceSpec } from "../../domain/Instance.ts"
import { type Instance, type Task, tellWaiters, toActual } from "../Instance.ts"
import { step } from "../InstanceActor.ts"
import { note } from "../origin.ts"
import type { Origin } from "../Supervisor.ts"
import { say } from "../say.ts"
import { replace } from "../starting.ts"
import { makeAfter, type Table } from "../Table.ts"
import type { Workshop } from "../Workshop.ts"
import type { Beside } from "./Beside.ts"
import { forgetBeside, leaveBeside } from "./leaveBeside.ts"
import { mayTakePlaceAt, takePlace } from "./takePlace.ts"
import { besidesOf, untilOver } from "./untilAlone.ts"
import { logsAsBefore, withdraw } from "./withdraw.ts"

/** Runs in the actor of the instance. False: nothing serves that could serve on, so that it is an ordinary restart. */
export const succeed = Effect.fnUntraced(function* (
  shop: Workshop,
  table: Table,
  instance: Instance,
  given: InstanceSpec,
  origin: Origin
) {
  const { successor } = instance
  const isByHand = origin.kind === "operator"
  // As for a plain restart the newest holds that the instance was given; and whatever comes up is a new process.
  const spec = isByHand ? (instance.nextSpec ?? instance.spec) : given
  const isComing =
    successor !== null &&
    successor.changedFile === null &&
    (isByHand || successor.spec.revision === spec.revision)
  if (mayOverlap(shop, instance)) {
    if (isComing) return true
    yield* withdraw(shop, instance)
    yield* begin(shop, table, instance, spec, origin)
    return true
  }
  yield* withdraw(shop, instance)
  yield* replace(shop, instance, spec, origin)
  return false
})

const mayOverlap = (shop: Workshop, instance: Instance): boolean =>
  !shop.state.closing &&
  !instance.machine.closed &&
  instance.machine.state === "RUNNING" &&
  instance.process !== null &&
  instance.override?.kind !== "stopped" &&
  isAvailable(toActual(instance), updatePolicy(instance.spec).minReadyMs, shop.wallNow())

const begin = Effect.fnUntraced(function* (
  shop: Workshop,
  table: Table,
  instance: Instance,
  spec: InstanceSpec,
  origin: Origin
) {
  const before = besidesOf(table, instance.spec.key)
  const key = besideKey(instance.spec.key, shop.nextSpawnId())
  const successor = yield* makeAfter({ ...spec, key }, { record: null, override: null })
  const { deadlineMs } = updatePolicy(spec)
  const endsAt = origin.kind === "operator" ? shop.monotonicNow() + deadlineMs : null
  successor.beside = besideOf(shop, table, successor, "coming", instance, endsAt)
  note(successor, origin)
  instance.successor = successor
  table.besides.add(successor)
  const when = before.length === 0 ? "" : ", once those before it have ended"
  const text = `${spec.address}: a new process starts beside pid ${instance.process?.pid}${when}`
  yield* say(instance, { level: "info", text })
  const start = step(shop, successor, { kind: "start" })
  if (before.length === 0) yield* table.accompany(successor, start)
  else {
    yield* table.accompany(successor, null)
    yield* Effect.forkIn(startAfter(shop, successor, before), shop.scope)
  }
  tellWaiters(instance)
})

/** Saves in a row, and old processes that take their time, add up to no more than one process too many. */
const startAfter = (
  shop: Workshop,
  successor: Instance,
  before: ReadonlyArray<Instance>
): Effect.Effect<void> => {
  const task = Effect.suspend(() =>
    successor.beside?.role === "coming" ? step(shop, successor, { kind: "start" }) : Effect.void
  )
  return Effect.andThen(untilOver(before), tell(shop, successor, task))
}

/** `of`: the instance whose successor it is; null: it only leaves. */
export const besideOf = (
  shop: Workshop,
  table: Table,
  instance: Instance,
  role: Beside["role"],
  of: Instance | null,
  endsAt: number | null = null
): Beside => {
  const beside: Beside = {
    role,
    told: false,
    endsAt,
    due: () => (of === null ? null : dueAt(shop, instance)),
    tend: Effect.suspend(() => {
      if (beside.role === "leaving" || of === null) return forgetBeside(shop, table, instance)
      if (isWaiting(instance)) return tell(shop, of, drop(shop, of, instance))
      if (hasFailed(instance)) return fail(shop, of, instance, failureText(toActual(instance)))
      const at = mayTakePlaceAt(instance)
      if (endsAt !== null && endsAt <= shop.monotonicNow() && !beside.told) {
        return fail(shop, of, instance, tooLateText(instance))
      }
      if (at === null || at > shop.wallNow() || beside.told) return Effect.void
      beside.told = true
      const leaving = (old: Instance) => besideOf(shop, table, old, "leaving", null)
      return tell(shop, of, takePlace(shop, table, of, instance, leaving))
    })
  }
  return beside
}

/** It must not wait for the instance, which may wait for it. */
const tell = (shop: Workshop, { mailbox }: Instance, task: Task): Effect.Effect<void> =>
  Effect.asVoid(Effect.forkIn(mailbox.offer({ kind: "run", task }), shop.scope))

const dueAt = (shop: Workshop, successor: Instance): number | null => {
  const { beside } = successor
  if (beside === null || beside.role === "leaving" || beside.told) return null
  const at = mayTakePlaceAt(successor)
  const readyAt = at === null ? null : shop.monotonicNow() + at - shop.wallNow()
  return readyAt ?? beside.endsAt
}

const tooLateText = ({ spec }: Instance): string =>
  `not ready within ${formatDuration(updatePolicy(spec).deadlineMs)}`

/** What it needs was lost on its way: it is begun anew when that is there. */
const isWaiting = ({ machine, reason }: Instance): boolean =>
  machine.state === "STOPPED" && reason?.kind === "waiting"

const drop = (shop: Workshop, instance: Instance, successor: Instance): Effect.Effect<void> =>
  Effect.suspend(() => (instance.successor === successor ? withdraw(shop, instance) : Effect.void))

/** It has one attempt. */
const hasFailed = ({ machine, reason }: Instance): boolean => {
  switch (machine.state) {
    case "STARTING":
    case "RUNNING":
      return false
    case "STOPPED":
      return reason?.kind !== "neverStarted"
    case "BACKOFF":
    case "EXITED":
    case "FATAL":
    case "STOPPING":
    case "UNKNOWN":
      return true
  }
}

/** Runs in the actor of the successor. */
const fail = (
  shop: Workshop,
  of: Instance,
  successor: Instance,
  text: string
): Effect.Effect<void> =>
  Effect.andThen(
    tell(shop, of, noteFailure(shop, of, successor, text)),
    leaveBeside(shop, successor, { kind: "plan", text })
  )

/** Runs in the actor of the instance. */
const noteFailure = Effect.fnUntraced(function* (
  shop: Workshop,
  instance: Instance,
  successor: Instance,
  text: string
) {
  if (instance.successor !== successor) return
  const { revision } = successor.spec
  instance.successor = null
  instance.failedSuccession = { revision, at: shop.wallNow(), text }
  const { address, key } = instance.spec
  yield* logsAsBefore(shop, instance, successor)
  yield* say(instance, { level: "warn", text: `${address}: its new process failed: ${text}` })
  yield* shop.events.emit({
    kind: "succession",
    instance: key,
    address,
    pid: successor.endedPid,
    before: instance.process?.pid ?? null,
    failed: text,
    generation: successor.generation
  })
  tellWaiters(instance)
  // No update was begun that could be tried again: who asked for it by hand knows.
  if (successor.beside?.endsAt === null) return
  instance.failedSuccession = null
  tellWaiters(instance)
})
