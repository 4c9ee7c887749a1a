/**
 * The listening sockets of FastCGI programs (supervisord.md 1.14): one for each address, shared by all processes of its program
 * as their descriptor 0. A socket is there as long as a process holds it. Nothing here accepts a connection.
 */
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import type * as Effect from "effect/Effect"
import type { FastCgiSocket } from "../domain/Definition.ts"

/** `text`: supervisord's sentence, `Could not create FastCGI socket ⟨url⟩: ⟨why⟩`. */
export class SocketRefused extends Data.TaggedError("SocketRefused")<{ readonly text: string }> {}

export interface SocketRequest {
  /** Who holds it: the spawn id of a process. */
  readonly holder: string
  /** `group/program` */
  readonly program: string
  readonly socket: FastCgiSocket
  /** Whom the file belongs to where the socket names no owner; null: reeve. */
  readonly user: { readonly uid: number; readonly gid: number } | null
}

export interface HeldSocket {
  /** Stable over runs of reeve: what a keeper would call it by. */
  readonly url: string
  readonly fd: number
}

export class FastCgiSockets extends Context.Service<
  FastCgiSockets,
  {
    /** The descriptor for one process; the first one of an address binds it. */
    readonly acquire: (request: SocketRequest) => Effect.Effect<number, SocketRefused>
    /** The process is gone; without a holder the socket is closed and its file removed. Unknown holders are none. */
    readonly release: (holder: string) => Effect.Effect<void>
    /**
     * A process of an earlier daemon holds the socket: it is the one that the keeper has kept, or the process's own descriptor
     * 0. False: neither could be had; the process goes on with it, but no other one gets it.
     */
    readonly resume: (request: SocketRequest & { readonly pid: number }) => Effect.Effect<boolean>
    /** Closes what was kept and what no process holds. To be called when all have resumed. */
    readonly closeUnheld: Effect.Effect<void>
    readonly held: Effect.Effect<ReadonlyArray<HeldSocket>>
  }
>()("reeve/supervise/FastCgiSockets") {}
