/**
 * Carries out a plan in one scope: an action begins when all it depends on have ended, so many at once, and nothing outlives
 * the call. It carries no decision logic: what to do is in the plan, with which specification in the desired state. A start
 * that fails is not a failure of the plan (the instance's own policy goes on); what it led to is seen afterwards.
 */
import type * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import { holdUp, takesTurns } from "../core/dependency/holdUp.ts"
import { walk } from "../core/graph.ts"
import { programKey } from "../core/programKey.ts"
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

export interface Execution {
  readonly failures: ReadonlyArray<{ readonly address: string; readonly text: string }>
  /** Ids of actions that did not begin, because a newer generation came. */
  readonly dropped: ReadonlyArray<string>
  /** Actions whose time has not come: what they wait for leads to another plan. */
  readonly deferred: ReadonlyArray<{ readonly address: string; readonly text: string }>
}

export const execute = (
  plan: Plan,
  desired: Desired,
  options: ExecutorOptions
): Effect.Effect<Execution> =>
  Effect.gen(function* () {
    const specs = specsOf(desired)
    yield* refresh(plan.metadata, specs, options)
    const failures: Array<{ address: string; text: string }> = []
    const dropped: Array<string> = []
    const deferred: Array<{ address: string; text: string }> = []
    const total = plan.actions.length
    if (total === 0) return { failures, dropped, deferred }
    const notYet = deferrals(plan, specs, options)
    const graph = walk(plan)
    const ready = yield* Queue.unbounded<Action, Cause.Done>()
    let done = 0
    const work = (action: Action): Effect.Effect<void> =>
      Effect.gen(function* () {
        const wait = options.superseded() ? null : notYet(action)
        const text =
          options.superseded() || wait !== null ? null : yield* perform(action, specs, options)
        if (wait !== null) deferred.push({ address: action.address, text: wait })
        else if (text === null) dropped.push(action.id)
        else if (text !== "") failures.push({ address: action.address, text })
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
    return { failures, dropped, deferred }
  })

/** Why an action may not begin yet, asked right before it would; null: it may. What needs one that may not waits with it. */
const deferrals = (
  { stages }: Plan,
  specs: Specs,
  { supervisor }: ExecutorOptions
): ((action: Action) => string | null) => {
  const members = new Map(stages.map(({ actions, id }) => [id, actions]))
  const waiting = new Map<string, string>()
  /** Programs of which an instance has its turn already: that of the others comes with later plans. */
  const taken = new Map<string, string>()
  return (action) => {
    const needs = action.kind === "restart" ? action.needs : []
    const before = needs
      .flatMap((id) => members.get(id) ?? [id])
      .flatMap((id) => waiting.get(id) ?? [])
    const spec = specs.get(action.instance)
    const program = spec === undefined ? "" : programKey(spec)
    const other = takesTurns(action) ? taken.get(program) : undefined
    const turn = other === undefined ? null : `waits for ${other} to be ready`
    const text = before[0] ?? turn ?? holdUp(action, spec, supervisor.peek)
    if (text !== null) waiting.set(action.id, text)
    else if (takesTurns(action)) taken.set(program, action.address)
    return text
  }
}

type Specs = ReadonlyMap<InstanceKey, InstanceSpec>

const specsOf = ({ programs }: Desired): Specs =>
  new Map(programs.flatMap(({ instances }) => instances.map((spec) => [spec.key, spec] as const)))

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
      return supervisor.restart(spec, origin, false)
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
