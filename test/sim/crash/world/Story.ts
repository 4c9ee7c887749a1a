/** What happens in a run: which programs there are, how their processes live, and what the operator does when. */
import type * as Effect from "effect/Effect"
import type { Script } from "../../world/scripts.ts"
import type { Daemon } from "./Life.ts"
import type { Machine } from "./Machine.ts"

export interface Errand {
  readonly at: number
  readonly text: string
  /** It need not be done (again): what it asked for is on record. */
  readonly isDone: (machine: Machine) => Effect.Effect<boolean>
  readonly act: (machine: Machine, daemon: Daemon) => Effect.Effect<unknown, unknown>
}

export interface Story {
  readonly name: string
  readonly begin: (machine: Machine) => void
  /** The lives of each program, by its first name; the last one again and again. */
  readonly lives: Readonly<Record<string, ReadonlyArray<Partial<Script>>>>
  /** Later names of programs, and their first. */
  readonly renamed: Readonly<Record<string, string>>
  readonly errands: ReadonlyArray<Errand>
  readonly endMs: number
  /** A crash costs a process that need not end otherwise. */
  readonly restartedByCrash: ReadonlyArray<string>
  /** Ends before it counts as up, each time. */
  readonly shortLived: ReadonlyArray<string>
}
