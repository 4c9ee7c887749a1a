/** A line of reeve's own log about one instance. */
import * as Effect from "effect/Effect"
import type { Message } from "../core/lifecycleMessages.ts"
import type { Instance } from "./Instance.ts"

const log = {
  debug: Effect.logDebug,
  info: Effect.logInfo,
  warn: Effect.logWarning,
  error: Effect.logError
} satisfies Record<Message["level"], (text: string) => Effect.Effect<void>>

export const say = (instance: Instance, message: Message): Effect.Effect<void> => {
  const line = log[message.level](message.text)
  return Effect.annotateLogs(line, {
    program: instance.spec.program,
    instance: instance.spec.address
  })
}
