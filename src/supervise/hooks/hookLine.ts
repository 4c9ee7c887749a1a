/**
 * The line of an instance's hooks: one runs at a time, in the order in which they became due, so that an `afterStop` has ended
 * before the next `beforeStart`, and that before the next process. They run beside the actor, which hears of their ends as of
 * any message. What is in the line is on record with the instance.
 */
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { exitText } from "../../core/exitText.ts"
import type { InstanceEvent } from "../../core/instanceState.ts"
import { printable } from "../../core/printable.ts"
import type { HookName } from "../../domain/Hooks.ts"
import type { HookEnd } from "../../os/HookRunner.ts"
import type { Instance } from "../Instance.ts"
import { putDown } from "../record.ts"
import { say } from "../say.ts"
import type { Workshop } from "../Workshop.ts"
import type { HookTask } from "./HookTask.ts"

/** What comes of the end of a task, in the actor: what its machine is told. */
export type HookEnded = (end: HookEnd) => Effect.Effect<ReadonlyArray<InstanceEvent>>

export interface InLine {
  readonly task: HookTask
  readonly ended: HookEnded
}

/** Puts a task at the end of the line. `ended` is run in the actor, unless the task was called off. */
export const enqueue = (
  shop: Workshop,
  instance: Instance,
  task: HookTask,
  ended: HookEnded
): Effect.Effect<void> =>
  Effect.suspend(() => {
    instance.hooks = [...instance.hooks, { task, ended }]
    return instance.hookFiber === null ? startFirst(shop, instance) : Effect.void
  })

export const isInLine = ({ hooks }: Instance, hook: HookName): boolean =>
  hooks.some(({ task }) => task.hook === hook)

/** Ends what runs of these, and forgets what waits; nothing else is heard of them. */
export const callOff = Effect.fnUntraced(function* (
  shop: Workshop,
  instance: Instance,
  ...names: ReadonlyArray<HookName>
) {
  const [first] = instance.hooks
  const off = ({ task }: InLine) => names.includes(task.hook)
  if (!instance.hooks.some(off)) return
  instance.hooks = instance.hooks.filter((one) => !off(one))
  if (first === undefined || !off(first)) return
  const { hookFiber } = instance
  instance.hookFiber = null
  if (hookFiber !== null) yield* Fiber.interrupt(hookFiber)
  if (first.task.process !== null && first.task.hook !== "stopCommand") {
    const text = `${instance.spec.address}: ${first.task.hook} was ended before it was done`
    yield* say(instance, { level: "info", text })
  }
  yield* startFirst(shop, instance)
})

const startFirst: (shop: Workshop, instance: Instance) => Effect.Effect<void> = Effect.fnUntraced(
  function* (shop, instance) {
    const [first] = instance.hooks
    if (first === undefined) return
    const { ended, task } = first
    const inActor = (work: Effect.Effect<ReadonlyArray<InstanceEvent>>) =>
      instance.mailbox.offer({
        kind: "hear",
        work: Effect.suspend(() => (instance.hooks[0] === first ? work : Effect.succeed([])))
      })
    const began = (process: NonNullable<HookTask["process"]>) =>
      Effect.suspend(() => {
        task.process = process
        return Effect.asVoid(inActor(Effect.as(putDown(shop, instance, true), [])))
      })
    const over = (end: HookEnd) =>
      Effect.gen(function* () {
        instance.hooks = instance.hooks.slice(1)
        instance.hookFiber = null
        yield* sayOutput(instance, task, end)
        yield* startFirst(shop, instance)
        const events = yield* ended(end)
        yield* putDown(shop, instance, true)
        return events
      })
    instance.hookFiber = yield* Effect.forkIn(
      runTask(shop, task, began).pipe(
        Effect.catchDefect((defect) =>
          Effect.succeed<HookEnd>({ kind: "notStarted", text: `reeve failed: ${String(defect)}` })
        ),
        Effect.flatMap((end) => inActor(over(end)))
      ),
      shop.scope
    )
  }
)

/** Longer than any helper takes that is asked (getent, setpriv). */
const launchMs = 15_000

const runTask = (
  shop: Workshop,
  task: HookTask,
  began: (process: NonNullable<HookTask["process"]>) => Effect.Effect<void>
): Effect.Effect<HookEnd> => {
  const { command, hook, pid, spec, status, timeoutMs } = task
  if (command === null) return Effect.succeed(nothingRun)
  return shop.launcher.beside(spec, command, shop.serverUrl).pipe(
    Effect.timeoutOrElse({
      duration: Math.min(launchMs, timeoutMs),
      orElse: () => Effect.fail({ text: "its files or its user could not be looked up in time" })
    }),
    Effect.flatMap((request) => {
      const environment = new Map(request.environment)
      environment.set("REEVE_HOOK", hook)
      if (pid !== null) environment.set("REEVE_PID", String(pid))
      if (status !== null) environment.set("REEVE_EXIT_STATUS", statusWord(status))
      const order = { instance: spec.key, hook, request: { ...request, environment }, timeoutMs }
      return shop.hookRunner.run(order, began)
    }),
    Effect.catch(({ text }) => Effect.succeed<HookEnd>({ kind: "notStarted", text }))
  )
}

const nothingRun: HookEnd = {
  kind: "ended",
  status: { kind: "code", code: 0 },
  lines: [],
  dropped: 0
}

/** `3`, `SIGKILL`, or `unknown`. */
const statusWord = (status: NonNullable<HookTask["status"]>): string => {
  switch (status.kind) {
    case "code":
      return String(status.code)
    case "signal":
      return status.signal
    case "unknown":
      return "unknown"
  }
}

/** Into reeve's own log: a program's log is its own. */
const sayOutput = Effect.fnUntraced(function* (instance: Instance, task: HookTask, end: HookEnd) {
  if (task.command === null || end.kind === "notStarted") return
  const head = `${task.spec.address}: ${task.hook}`
  if (end.dropped > 0) {
    yield* say(instance, { level: "info", text: `${head}: (${end.dropped} lines before these)` })
  }
  for (const line of end.lines) {
    yield* say(instance, { level: "info", text: `${head}: ${printable(line)}` })
  }
  if (end.kind === "ended") {
    yield* say(instance, { level: "debug", text: `${head} ended (${exitText(end.status)})` })
  }
})
