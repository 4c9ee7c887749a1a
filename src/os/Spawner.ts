/**
 * Starts processes. Nothing here decides: the request is complete (words, environment, user, directory, descriptors).
 * A process is started in its own session, with default signal dispositions, an empty signal mask and no stray descriptor.
 * An exit never comes from here but from the Reaper.
 */
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import type * as Effect from "effect/Effect"
import type { Limits } from "../domain/Definition.ts"

export interface Credentials {
  readonly uid: number
  readonly gid: number
  /** The user's name: supplementary groups are read from the group database at the start (initgroups(3)). */
  readonly name: string
}

export interface SpawnRequest {
  readonly spawnId: string
  /** Absolute, or relative to `directory`. */
  readonly file: string
  readonly argv: ReadonlyArray<string>
  readonly environment: ReadonlyMap<string, string>
  readonly directory: string | null
  readonly stdin:
    | { readonly kind: "null" }
    | { readonly kind: "fifo"; readonly path: string }
    | { readonly kind: "file"; readonly path: string }
    /** A descriptor of this process, which stays open here. */
    | { readonly kind: "socket"; readonly fd: number }
  /** Paths of FIFOs (made by os/Fifo); null: /dev/null. `stderr` "stdout": the same descriptor. */
  readonly stdout: string | null
  readonly stderr: string | null | "stdout"
  /** A FIFO that is open as this descriptor too, above 2: its readiness descriptor; null: none. */
  readonly readyPipe: { readonly fd: number; readonly path: string } | null
  /**
   * Descriptors of this process that become those from 3 on, and stay open here; with their names they are announced as
   * sd_listen_fds(3) has it. Listening sockets.
   */
  readonly sockets: ReadonlyArray<{ readonly name: string; readonly fd: number }>
  readonly credentials: Credentials | null
  readonly umask: number | null
  readonly limits: Limits
  /** The directory of a cgroup that it is in before it is executed; null: it stays in that of reeve. */
  readonly cgroup: string | null
  /** SIGKILL for it when this process ends (PR_SET_PDEATHSIG, prctl(2)). */
  readonly dieWithParent: boolean
}

/** What the kernel says a process is: enough to know it again. */
export interface Spawned {
  readonly pid: number
  readonly startTicks: number
}

/** `errno` is a name ("ENOENT", "EMFILE", "EAGAIN"); `call` tells which step refused ("spawn", "open", "pipe"). */
export class SpawnFailure extends Data.TaggedError("SpawnFailure")<{
  readonly call: "spawn" | "open" | "pipe" | "users"
  readonly errno: string
  readonly detail: string
}> {}

export class Spawner extends Context.Service<
  Spawner,
  {
    readonly spawn: (request: SpawnRequest) => Effect.Effect<Spawned, SpawnFailure>
  }
>()("reeve/os/Spawner") {}
