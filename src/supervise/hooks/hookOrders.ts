/** What the orders of an instance's machine mean where hooks, or a command that stops it, are declared. */
import * as Effect from "effect/Effect"
import { hookFailure } from "../../core/hookText.ts"
import type { InstanceEvent } from "../../core/instanceState.ts"
import type { HookName } from "../../domain/Hooks.ts"
import type { ExitStatus } from "../../domain/State.ts"
import type { HookEnd } from "../../os/HookRunner.ts"
import type { Instance } from "../Instance.ts"
import { say } from "../say.ts"
import type { Workshop } from "../Workshop.ts"
import { type HookTask, hookTask } from "./HookTask.ts"
import { callOff, enqueue, isInLine } from "./hookLine.ts"

type Answers = ReadonlyArray<InstanceEvent>
const none: Answers = []

/** Whether a start is not carried out at once. */
export const startWaits = ({ hooks, spec }: Instance): boolean =>
  hooks.length > 0 || spec.definition.hooks.beforeStart !== null

/** `beforeStart`, then the start, unless that failed or is no longer wanted. */
export const startBehindHooks = (
  shop: Workshop,
  instance: Instance,
  start: Effect.Effect<Answers>
): Effect.Effect<Answers> =>
  Effect.suspend(() => {
    const task = hookTask("beforeStart", instance.spec)
    // What is on record meanwhile speaks of a life that nobody intended yet.
    instance.spawnId = null
    const ended = (end: HookEnd): Effect.Effect<Answers> => {
      if (instance.machine.life !== "pending") return Effect.succeed(none)
      const text = hookFailure(task.hook, end, task.timeoutMs)
      if (text === null) {
        const isOther = instance.spec.revision !== task.spec.revision
        return Effect.map(start, (events) => (isOther ? [{ kind: "renewed" }, ...events] : events))
      }
      instance.spawnError = text
      instance.startFailure = "spawn"
      return Effect.as(tell(shop, instance, task, text), [{ kind: "spawnFailed", text } as const])
    }
    return Effect.as(enqueue(shop, instance, task, ended), none)
  })

/** At the beginning of a stop: a start that did not get as far as a process never will. */
export const stopBegins = Effect.fnUntraced(function* (shop: Workshop, instance: Instance) {
  yield* callOff(shop, instance, "afterStart")
  if (instance.machine.life !== "pending" || !isInLine(instance, "beforeStart")) return none
  yield* callOff(shop, instance, "beforeStart")
  return [{ kind: "spawnFailed", text: "it was stopped before it was started" } as const]
})

export const prepareStop = (shop: Workshop, instance: Instance): Effect.Effect<Answers> =>
  Effect.suspend(() => {
    const task = about(instance, "beforeStop")
    const ended = (end: HookEnd) =>
      Effect.as(tellFailure(shop, instance, task, end), [{ kind: "stopPrepared" } as const])
    return Effect.as(enqueue(shop, instance, task, ended), none)
  })

/** `signal`: what is done where the command cannot be run, or fails. */
export const stopByCommand = (
  shop: Workshop,
  instance: Instance,
  signal: Effect.Effect<Answers>
): Effect.Effect<Answers> =>
  Effect.suspend(() => {
    if (isInLine(instance, "stopCommand")) return Effect.succeed(none)
    const task = about(instance, "stopCommand")
    const spawnId = instance.process?.spawnId
    const ended = (end: HookEnd): Effect.Effect<Answers> => {
      const text = hookFailure(task.hook, end, task.timeoutMs)
      const isOver = instance.state !== "STOPPING" || instance.process?.spawnId !== spawnId
      if (text === null) return Effect.succeed(none)
      if (isOver) return Effect.as(tell(shop, instance, task, text), none)
      const { signal: name } = instance.spec.definition.stop
      const instead = `${text}; ${name} is sent instead`
      return Effect.andThen(tell(shop, instance, task, instead), signal)
    }
    return Effect.as(enqueue(shop, instance, task, ended), none)
  })

/** Before KILL is sent nothing is waited for any more. */
export const beforeKill = (shop: Workshop, instance: Instance): Effect.Effect<void> =>
  callOff(shop, instance, "stopCommand", "beforeStop")

export const cameUp = (shop: Workshop, instance: Instance): Effect.Effect<void> =>
  tellOf(shop, instance, "afterStart", null)

/** `pid`: that it had. */
export const hasEnded = (
  shop: Workshop,
  instance: Instance,
  pid: number,
  status: ExitStatus
): Effect.Effect<void> =>
  Effect.andThen(
    // What was to stop it has nothing more to do, and must not hold up the next start.
    callOff(shop, instance, "afterStart", "stopCommand"),
    tellOf(shop, instance, "afterStop", { pid, status })
  )

const tellOf = (
  shop: Workshop,
  instance: Instance,
  hook: "afterStart" | "afterStop",
  end: { readonly pid: number; readonly status: ExitStatus } | null
): Effect.Effect<void> =>
  Effect.suspend(() =>
    instance.spec.definition.hooks[hook] === null
      ? Effect.void
      : lineUp(
          shop,
          instance,
          end === null ? about(instance, hook) : hookTask(hook, instance.spec, end)
        )
  )

/** One whose failure is told and changes nothing. */
export const lineUp = (shop: Workshop, instance: Instance, task: HookTask): Effect.Effect<void> =>
  enqueue(shop, instance, task, (end) => Effect.as(tellFailure(shop, instance, task, end), none))

const about = ({ process, spec }: Instance, hook: HookName): HookTask =>
  hookTask(hook, spec, { pid: process?.pid ?? null, status: null })

const tellFailure = (
  shop: Workshop,
  instance: Instance,
  task: HookTask,
  end: HookEnd
): Effect.Effect<void> => {
  const text = hookFailure(task.hook, end, task.timeoutMs)
  return text === null ? Effect.void : tell(shop, instance, task, text)
}

const tell = (
  shop: Workshop,
  instance: Instance,
  { hook }: HookTask,
  text: string
): Effect.Effect<void> => {
  const { address, key } = instance.spec
  return Effect.andThen(
    say(instance, { level: "warn", text: `${address}: ${text}` }),
    shop.events.emit({ kind: "hook", instance: key, address, hook, text })
  )
}
