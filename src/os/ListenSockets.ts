/**
 * Listening sockets for programs, as bare descriptors: nobody in this process accepts on them, so that each connection
 * waits for a program, and the descriptor can be handed to a child, or copied by another process.
 */
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import type * as Effect from "effect/Effect"

export type ListenOn =
  | {
      readonly kind: "unix"
      readonly path: string
      readonly mode: number
      /** gid -1: the group stays as it is. Null: the file stays reeve's own. */
      readonly owner: { readonly uid: number; readonly gid: number } | null
      readonly backlog: number | null
    }
  | {
      readonly kind: "tcp"
      /** Empty: all addresses, of both versions where this machine has both. */
      readonly host: string
      readonly port: number
      /** Whether `::` stands for addresses of version 6 alone; else the kernel's setting decides (net.ipv6.bindv6only). */
      readonly onlyVersion6: boolean
      readonly backlog: number | null
    }

/**
 * `text`: what failed, in the words that Python has for it: `[Errno 98] Address already in use`; `reason`: without the number.
 * `errno`: null, it has none.
 */
export class ListenFailure extends Data.TaggedError("ListenFailure")<{
  readonly text: string
  readonly reason: string
  readonly errno: string | null
}> {}

export interface ListenSocket {
  /** Blocking, and closed in every child that is not given it. */
  readonly fd: number
  /** Of the file of a Unix socket, to know it again; null: none. */
  readonly inode: number | null
}

export class ListenSockets extends Context.Service<
  ListenSockets,
  {
    /**
     * Binds and listens. The file of a Unix socket appears with its mode and owner set. `replace`: whatever socket lies there
     * is replaced; else only one that nobody listens on.
     */
    readonly open: (
      on: ListenOn,
      options: { readonly replace: boolean }
    ) => Effect.Effect<ListenSocket, ListenFailure>
    /** A copy of another process's descriptor, where it is a listening socket; null: it is not, or may not be copied. */
    readonly copy: (pid: number, fd: number, on: ListenOn) => ListenSocket | null
    /** Who listens there, as `nginx (pid 12)`; null: nobody that this process may see. */
    readonly occupant: (on: ListenOn) => Effect.Effect<string | null>
    /** Another backlog for an open socket. */
    readonly relisten: (fd: number, backlog: number | null) => void
    /** Closes the descriptor, and removes the file unless another has taken its place. */
    readonly close: (socket: ListenSocket, path: string | null) => void
  }
>()("reeve/os/ListenSockets") {}
