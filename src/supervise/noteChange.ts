/**
 * What is known of a watched file that changed: its instance keeps it until a process begins that has it, or, where the process
 * reads it anew at a signal (`reload`), until that was sent.
 */
import * as Effect from "effect/Effect"
import { printable } from "../core/printable.ts"
import { type Instance, tellWaiters } from "./Instance.ts"
import { putDown } from "./record.ts"
import type { NotedChange } from "./Supervisor.ts"
import type { Workshop } from "./Workshop.ts"

/** Runs in its actor. True: it is news. */
export const noteChange = Effect.fnUntraced(function* (
  shop: Workshop,
  instance: Instance,
  change: NotedChange
) {
  const { failedSuccession, successor } = instance
  if (successor !== null && !hasIt(successor, change.at)) {
    successor.changedFile = printable(change.path)
  }
  if (hasIt(instance, change.at)) return false
  // Where nothing lives that could get a signal, it is a change like any other.
  const isReload = change.effect === "reload" && instance.process !== null
  if (isReload && hasRead(instance, change.at)) return false
  // Whoever may write there names the file, and its name is shown on terminals.
  const path = printable(change.path)
  // A new process that failed may have failed of what the file was.
  const isFirst =
    failedSuccession !== null || (isReload ? instance.unreadFile : instance.changedFile) === null
  instance.failedSuccession = null
  if (isReload) instance.unreadFile = path
  else instance.changedFile = path
  yield* putDown(shop, instance, true)
  if (isFirst) {
    const { address, key } = instance.spec
    yield* shop.events.emit({ kind: "fileChanged", instance: key, address, path })
  }
  tellWaiters(instance)
  // A signal that could not be sent is tried again with the next change.
  return isFirst || isReload
})

/** Whether its process, or the next one by itself, has the file as it is. */
const hasIt = ({ machine, override, process, startedAt, state }: Instance, at: number): boolean => {
  // What a hook before the start writes is there when the process begins.
  if (machine.life === "pending") return true
  if (process !== null) return at <= process.spawnedAt
  if (state === "STOPPED" && override === null) return true
  return startedAt !== null && at <= startedAt
}

/** The kernel's time of a file may be so much behind the clock (a tick at 100 Hz), milliseconds. */
const tickMs = 10

/** Whether its latest reload signal came after the change for sure. */
const hasRead = ({ reloadedAt }: Instance, at: number): boolean =>
  reloadedAt !== null && at + tickMs < reloadedAt
