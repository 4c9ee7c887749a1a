/** From checked hooks to those of a definition. */
import type { HookChecked } from "../domain/authoring/HooksSchema.ts"
import type { Runnable } from "../domain/authoring/Runnable.ts"
import { parseDuration } from "../domain/Duration.ts"
import type { CommandWords, Hook, Hooks } from "../domain/Hooks.ts"
import type { Path } from "./schemaFindings.ts"

const usualTimeoutMs = 30_000

/** `toCommand` fills markers and finds faults; the path is where the command stands. */
export const expandHooks = (
  given: Runnable["hooks"],
  toCommand: (command: Runnable["command"], where: Path) => CommandWords
): Hooks => {
  const expand = (name: keyof Hooks): Hook | null => {
    const hook = given?.[name]
    if (hook === undefined) return null
    const where = ["hooks", name]
    return isRecord(hook)
      ? {
          command: toCommand(hook.command, [...where, "command"]),
          timeoutMs:
            hook.timeout === undefined ? usualTimeoutMs : (parseDuration(hook.timeout) ?? 0)
        }
      : { command: toCommand(hook, where), timeoutMs: usualTimeoutMs }
  }
  return {
    beforeStart: expand("beforeStart"),
    afterStart: expand("afterStart"),
    beforeStop: expand("beforeStop"),
    afterStop: expand("afterStop")
  }
}

const isRecord = (hook: HookChecked): hook is Extract<HookChecked, { readonly command: unknown }> =>
  typeof hook === "object" && "command" in hook
