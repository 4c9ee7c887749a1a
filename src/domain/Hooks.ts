/** Commands that reeve runs around starts and stops of a program, and one that stops it. */
import * as Schema from "effect/Schema"
import { orNull } from "./orNull.ts"

/** A string is split into words as the program's own command is, without a shell. */
export const CommandWords = Schema.Union([Schema.String, Schema.Array(Schema.String)])
export type CommandWords = typeof CommandWords.Type

/** `timeoutMs`: how long it may run; then it and all of its process group get KILL. */
export const Hook = Schema.Struct({ command: CommandWords, timeoutMs: Schema.Finite })
export type Hook = typeof Hook.Type

/** Null: there is none. */
export const Hooks = Schema.Struct({
  beforeStart: orNull(Hook),
  afterStart: orNull(Hook),
  beforeStop: orNull(Hook),
  afterStop: orNull(Hook)
})
export type Hooks = typeof Hooks.Type

export const noHooks: Hooks = {
  beforeStart: null,
  afterStart: null,
  beforeStop: null,
  afterStop: null
}

/** What runs beside a program; "stopCommand" is `stop.command`. */
export const HookName = Schema.Literals([
  "beforeStart",
  "afterStart",
  "beforeStop",
  "stopCommand",
  "afterStop"
])
export type HookName = typeof HookName.Type
