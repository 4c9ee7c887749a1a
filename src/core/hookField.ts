import type { HookName } from "../domain/Hooks.ts"

/** As it is written in a program file. */
export const hookField = (name: HookName): string =>
  name === "stopCommand" ? "stop.command" : `hooks.${name}`
