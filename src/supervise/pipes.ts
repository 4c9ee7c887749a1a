/** The pipes that processes of an instance write their output to, as long as somebody may write or something waits in them. */
import * as Effect from "effect/Effect"
import type { InstanceKey } from "../domain/Instance.ts"
import type { Channel } from "../logs/LogPlane.ts"
import type { Instance } from "./Instance.ts"
import { putDown } from "./record.ts"
import type { Workshop } from "./Workshop.ts"

/** Name of a stream in the log plane, and of its FIFO. */
export const streamOf = (spawnId: string, channel: Channel): string => `${spawnId}.${channel}`

export interface PipeName {
  readonly name: string
  readonly spawnId: string
  readonly what: Channel | "stdin" | "ready"
}

/** What the name of a FIFO says; null: it is none of a program. */
export const pipeOf = (name: string): PipeName | null => {
  const at = name.lastIndexOf(".")
  const what = name.slice(at + 1)
  return what === "stdout" || what === "stderr" || what === "stdin" || what === "ready"
    ? { name, spawnId: name.slice(0, at), what }
    : null
}

export const hasPipes = (shop: Workshop, instance: Instance): boolean => {
  for (const pipe of shop.pipes.values()) if (pipe.instance === instance) return true
  return false
}

/**
 * The instance is no longer declared. While output of its processes may come, the next daemon has to know where that goes; an
 * instance that is declared anew under the key has a record of its own.
 */
export const forgetRecord = (
  shop: Workshop,
  instances: ReadonlyMap<InstanceKey, Instance>,
  instance: Instance
): Effect.Effect<void> =>
  Effect.suspend(() => {
    if (instances.has(instance.spec.key)) return Effect.void
    return hasPipes(shop, instance)
      ? putDown(shop, instance, true)
      : Effect.asVoid(shop.guard(shop.store.instances.remove(instance.spec.key)))
  })
