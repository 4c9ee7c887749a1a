/**
 * What processes tell of themselves: a datagram socket for each process life that has NOTIFY_SOCKET (sd_notify(3)), and the FIFO
 * behind a readiness descriptor. Nobody but the program's user and root can write to either, so that a notice needs no look at
 * who sent it. The keeper has a copy of each socket: what is sent while no daemon lives waits there for the next one.
 */
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import type * as Effect from "effect/Effect"
import type { Notice } from "../../core/readNotice.ts"

/** `text`: what failed, and where. */
export class NoticeFailure extends Data.TaggedError("NoticeFailure")<{ readonly text: string }> {}

export interface Owner {
  readonly uid: number
  readonly gid: number
}

export class Notices extends Context.Service<
  Notices,
  {
    /** Makes the socket of a process life, or takes what an earlier daemon made. Gives its address. `owner` null: reeve. */
    readonly open: (spawnId: string, owner: Owner | null) => Effect.Effect<string, NoticeFailure>
    /** A newline that comes into this FIFO is a notice "ready"; `otherwise`: where it can be opened when its name is gone. */
    readonly watch: (
      spawnId: string,
      fifo: string,
      otherwise?: string
    ) => Effect.Effect<void, NoticeFailure>
    /** The process life is over. */
    readonly close: (spawnId: string) => Effect.Effect<void>
    /** Forgets what an earlier daemon made and nobody took. To be called when all have been taken over. */
    readonly closeUnheld: Effect.Effect<void>
    /** Notices of one process life in their order; several that come close together are one. Never ends. */
    readonly hear: (
      take: (spawnId: string, notice: Notice) => Effect.Effect<void>
    ) => Effect.Effect<never>
  }
>()("reeve/os/Notices") {}
