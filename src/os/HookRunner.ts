/**
 * Runs commands beside a program: hooks, and what stops it. Each is the leader of a session of its own, has no input, and ends
 * with the daemon. Nothing of it is left when it is over: at its end, its timeout or an interruption the rest of its process
 * group gets SIGKILL.
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { HookName } from "../domain/Hooks.ts"
import type { InstanceKey } from "../domain/Instance.ts"
import type { ExitStatus } from "../domain/State.ts"
import type { Spawned, SpawnRequest } from "./Spawner.ts"

export interface HookOrder {
  readonly instance: InstanceKey
  readonly hook: HookName
  /** Its descriptors are not looked at: the output is collected. */
  readonly request: SpawnRequest
  readonly timeoutMs: number
}

/** `lines`: the last ones of its output, `dropped` of them before those. */
export type HookEnd =
  | {
      readonly kind: "ended"
      readonly status: ExitStatus
      readonly lines: ReadonlyArray<string>
      readonly dropped: number
    }
  | { readonly kind: "timeout"; readonly lines: ReadonlyArray<string>; readonly dropped: number }
  /** A sentence's end, such as `it could not be started: EAGAIN`. */
  | { readonly kind: "notStarted"; readonly text: string }

export class HookRunner extends Context.Service<
  HookRunner,
  {
    /** `began` is run as soon as there is a process. Interrupting ends the process before it returns. */
    readonly run: (
      order: HookOrder,
      began: (process: Spawned) => Effect.Effect<void>
    ) => Effect.Effect<HookEnd>
  }
>()("reeve/os/HookRunner") {}
