/** What is known of a watched file that changed: its instance keeps it until a process begins that has it. */
import * as Effect from "effect/Effect"
import { printable } from "../core/printable.ts"
import { type Instance, tellWaiters } from "./Instance.ts"
import { putDown } from "./record.ts"
import type { Workshop } from "./Workshop.ts"

/** Runs in its actor. True: it is news. */
export const noteChange = Effect.fnUntraced(function* (
  shop: Workshop,
  instance: Instance,
  change: { readonly path: string; readonly at: number }
) {
  if (hasIt(instance, change.at)) return false
  // Whoever may write there names the file, and its name is shown on terminals.
  const path = printable(change.path)
  const isNews = instance.changedFile === null
  instance.changedFile = path
  yield* putDown(shop, instance, true)
  if (isNews) {
    const { address, key } = instance.spec
    yield* shop.events.emit({ kind: "fileChanged", instance: key, address, path })
  }
  tellWaiters(instance)
  return isNews
})

/** Whether its process, or the next one by itself, has the file as it is. */
const hasIt = ({ machine, override, process, startedAt, state }: Instance, at: number): boolean => {
  // What a hook before the start writes is there when the process begins.
  if (machine.life === "pending") return true
  if (process !== null) return at <= process.spawnedAt
  if (state === "STOPPED" && override === null) return true
  return startedAt !== null && at <= startedAt
}
