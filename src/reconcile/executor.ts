/**
 * Carries out a plan in one scope: an action begins when all it depends on have ended, so many at once, and nothing outlives
 * the call. It carries no decision logic: what to do is in the plan, with which specification in the desired state. A start
 * that fails is not a failure of the plan (the instance's own policy goes on); what it led to is seen afterwards.
 */
import type * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import { walk } from "../core/graph.ts"
import { deferrals } from "../core/rollout/deferrals.ts"
import { specsByKey } from "../core/specsByKey.ts"
import type { ActualInstance } from "../domain/Actual.ts"
import type { Desired } from "../domain/Desired.ts"
import type { InstanceKey, InstanceSpec } from "../domain/Instance.ts"
import { actionsAtOnce } from "../domain/limits.ts"
import type { Action, Plan } from "../domain/Plan.ts"
import type {
  NoSuchInstance,
  NotRunning,
  Origin,
  SignalRefused,
  StartFailure,
  Supervisor
} from "../supervise/Supervisor.ts"
import type { Progress } from "./Reconciler.ts"

export interface ExecutorOptions {
  readonly supervisor: Supervisor["Service"]
  readonly generation: number | null
  /** Looked at before each action: from when it is true on, nothing begins that has not begun. */
  readonly superseded: () => boolean
  readonly onProgress: (progress: Progress) => Effect.Effect<void>
  /** Actions at work at once; default `actionsAtOnce`. */
  readonly concurrency?: number
}

export interface Deferral {
  readonly action: Action
  readonly text: string
}

export interface Execution {
  /** Instances that a start or a restart was carried out for, however that ended. */
  readonly performed: ReadonlySet<InstanceKey>
  readonly failures: ReadonlyArray<{ readonly address: string; readonly text: string }>
  /** Ids of actions that did not begin, because a newer generation came. */
  readonly dropped: ReadonlyArray<string>
  /** Actions whose time has not come: what they wait for leads to another plan. */
  readonly deferred: ReadonlyArray<Deferral>
}

export const execute = (
  plan: Plan,
  desired: Desired,
  options: ExecutorOptions
): Effect.Effect<Execution> =>
  Effect.gen(function* () {
    const specs = specsByKey(desired)
    yield* refresh(plan.metadata, specs, options)
    const failures: Array<{ address: string; text: string }> = []
    const dropped: Array<string> = []
    const deferred: Array<Deferral> = []
    const performed = new Set<InstanceKey>()
    const total = plan.actions.length
    if (total === 0) return { failures, dropped, deferred, performed }
    const notYet = deferrals(plan, desired, byKeyOnce(options.supervisor.peek))
    const graph = walk(plan)
    const ready = yield* Queue.unbounded<Action, Cause.Done>()
    let done = 0
    const work = (action: Action): Effect.Effect<void> =>
      Effect.gen(function* () {
        const now = yield* Clock.currentTimeMillis
        const wait = options.superseded() ? null : notYet(action, now)
        const text =
          options.superseded() || wait !== null ? null : yield* perform(action, specs, options)
        if (wait !== null) deferred.push({ action, text: wait })
        else if (text === null) dropped.push(action.id)
        else if (isBegin(action)) performed.add(action.instance)
        if (text !== null && text !== "") failures.push({ address: action.address, text })
        done++
        const { address, kind } = action
        yield* options.onProgress({ done, total, action: `${kind} ${address}`, text: text ?? "" })
        yield* Queue.offerAll(ready, graph.ended(action.id))
        if (done === total) yield* Queue.end(ready)
      })
    const worker: Effect.Effect<void> = Queue.take(ready).pipe(
      Effect.flatMap(work),
      Effect.forever({ disableYield: true }),
      Effect.catch(() => Effect.void)
    )
    yield* Queue.offerAll(ready, graph.first)
    const workers = Math.min(total, options.concurrency ?? actionsAtOnce)
    yield* Effect.all(
      Array.from({ length: workers }, () => worker),
      {
        concurrency: "unbounded",
        discard: true
      }
    )
    return { failures, dropped, deferred, performed }
  })

const isBegin = ({ kind }: Action): boolean => kind === "start" || kind === "restart"

const byKeyOnce = (peek: Supervisor["Service"]["peek"]) => {
  let seen: ReadonlyArray<ActualInstance> = []
  let byKey: ReadonlyMap<InstanceKey, ActualInstance> = new Map()
  return () => {
    const now = peek()
    if (now !== seen) {
      seen = now
      byKey = new Map(now.map((it) => [it.spec.key, it]))
    }
    return byKey
  }
}

type Specs = ReadonlyMap<InstanceKey, InstanceSpec>

/** Specifications that change nothing that runs. An instance that is gone meanwhile has nothing to refresh. */
const refresh = (keys: ReadonlyArray<InstanceKey>, specs: Specs, options: ExecutorOptions) =>
  Effect.forEach(
    keys,
    (key) => {
      const spec = specs.get(key)
      return spec === undefined ? Effect.void : Effect.ignore(options.supervisor.update(spec))
    },
    { discard: true }
  )

/** The failure's text; empty when there was none. */
const perform = (action: Action, specs: Specs, options: ExecutorOptions): Effect.Effect<string> =>
  command(action, specs, options).pipe(
    Effect.as(""),
    Effect.catchTag("StartFailure", () => Effect.succeed("")),
    Effect.catchTag("NoSuchInstance", ({ key }) =>
      // Gone is what a stop wanted.
      Effect.succeed(action.kind === "stop" ? "" : `${key} does not exist any more`)
    ),
    // One that has ended reads the file when it begins again.
    Effect.catchTag("NotRunning", () => Effect.succeed("")),
    Effect.catchTag("SignalRefused", ({ text }) => Effect.succeed(text)),
    // A defect of one instance's machinery must not take the others' actions with it.
    Effect.catchDefect((defect) => Effect.succeed(`reeve failed: ${String(defect)}`))
  )

type Failure = NoSuchInstance | NotRunning | SignalRefused | StartFailure

const command = (
  action: Action,
  specs: Specs,
  options: ExecutorOptions
): Effect.Effect<void, Failure> => {
  const { generation, supervisor } = options
  const origin = originOf(action, generation)
  const key = action.instance
  if (action.kind === "stop") {
    return action.forget ? supervisor.remove(key, origin) : supervisor.stop(key, origin)
  }
  const spec = specs.get(key)
  if (spec === undefined) return Effect.die(new Error(`${action.address} is not declared`))
  switch (action.kind) {
    case "start":
      return supervisor.update(spec).pipe(
        Effect.catchTag("NoSuchInstance", () => supervisor.add(spec)),
        Effect.andThen(action.run ? supervisor.start(key, origin, false) : Effect.void)
      )
    case "restart":
      return action.overlap
        ? supervisor.succeed(spec, origin)
        : supervisor.restart(spec, origin, false)
    case "signal":
      return supervisor.reload(key)
    case "update":
      return supervisor.update(spec)
    case "rename":
      return supervisor.rename(action.from, spec)
    case "adopt":
      return Effect.die(new Error("adoption is planned only where there is no daemon"))
  }
}

/** What the instance's state gives as its reason. */
const originOf = (action: Action, generation: number | null): Origin => {
  const { cause } = action
  if (cause.kind === "watch") return { kind: "watch", path: cause.path, generation }
  if (cause.kind !== "dependency") return { kind: "plan", text: cause.kind, generation }
  return action.kind === "stop" && action.awaits.length > 0
    ? { kind: "dependency", on: action.awaits, generation }
    : { kind: "follows", on: cause.on, generation }
}
