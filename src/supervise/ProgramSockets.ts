/**
 * The listening sockets of programs: the one that FastCGI programs have as descriptor 0 (supervisord.md 1.14), and those of
 * `sockets`. All processes of a program share them. A socket is there as long as a process holds it, or an instance claims it:
 * those of `sockets` are claimed, so that connections wait while no process is there. Nothing here accepts a connection.
 */
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import type * as Effect from "effect/Effect"
import type { ListeningSocket } from "../domain/ListeningSocket.ts"

/**
 * `text`: supervisord's sentence, `Could not create FastCGI socket ⟨url⟩: ⟨why⟩`, or reeve's own, which names the socket and
 * its address.
 */
export class SocketRefused extends Data.TaggedError("SocketRefused")<{ readonly text: string }> {}

export interface SocketRequest {
  /** Who holds it: the spawn id of a process; null: no process does. */
  readonly holder: string | null
  /** As whom its instance claims it, whether or not a process holds it; null: it does not. */
  readonly claim: string | null
  /** `group/program` */
  readonly program: string
  /** Its name in `sockets`; null: the one of a FastCGI program. */
  readonly name: string | null
  readonly socket: ListeningSocket
  /** Whom the file belongs to where the socket names no owner; null: reeve. */
  readonly user: { readonly uid: number; readonly gid: number } | null
}

export interface HeldSocket {
  /** Stable over runs of reeve: what a keeper would call it by. */
  readonly url: string
  readonly fd: number
}

export class ProgramSockets extends Context.Service<
  ProgramSockets,
  {
    /** The descriptor for one process; the first one of an address binds it. */
    readonly acquire: (request: SocketRequest) => Effect.Effect<number, SocketRefused>
    /**
     * The process, or the claim, is gone; a socket without any is closed and its file removed. Unknown ones are none.
     */
    readonly release: (holderOrClaim: string) => Effect.Effect<void>
    /** What these hold or claim is of a program with another name now. */
    readonly rename: (
      holdersAndClaims: ReadonlyArray<string>,
      program: string
    ) => Effect.Effect<void>
    /**
     * An earlier daemon had opened the socket: it is the one that the keeper has kept, or the descriptor `fd` of the process
     * that has it. `pid` null: there is no such process. False: neither could be had; a process goes on with it, but no other
     * one gets it.
     */
    readonly resume: (
      request: SocketRequest & { readonly pid: number | null; readonly fd: number }
    ) => Effect.Effect<boolean>
    /** Closes what was kept and what nobody holds or claims. To be called when all have resumed. */
    readonly closeUnheld: Effect.Effect<void>
    /** Closes all of them: at the end of all programs. */
    readonly closeAll: Effect.Effect<void>
    readonly held: Effect.Effect<ReadonlyArray<HeldSocket>>
  }
>()("reeve/supervise/ProgramSockets") {}
