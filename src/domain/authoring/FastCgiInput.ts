/** The type of what `defineFastCgi` takes; FastCgiSchema.ts is the schema of the same shape. */
import type { InstanceText, PerInstanceInput, ProgramInput } from "./ProgramInput.ts"

/** A Unix socket. */
export interface UnixSocketInput {
  /**
   * The file of a Unix socket; a relative one starts at the directory of the defining file.
   * Default: none. Change class: restart.
   */
  readonly path: InstanceText
  /**
   * Whom the file of a Unix socket belongs to: a user, or a user and a group as user:group.
   * supervisord: socket_owner. Default: `user` with its primary group. Change class: restart.
   */
  readonly owner?: string
  /**
   * The mode of the file of a Unix socket. supervisord: socket_mode. Default: "0700". Change
   * class: restart.
   */
  readonly mode?: string
  /**
   * How many connections wait until one of the processes accepts them. supervisord:
   * socket_backlog. Default: what the machine allows (SOMAXCONN). Change class: restart.
   */
  readonly backlog?: number
}

/** A TCP socket. */
export interface TcpSocketInput {
  /**
   * The address of a TCP socket: a name or a number of this machine. Default: none. Change
   * class: restart.
   */
  readonly host: string
  /** The port of a TCP socket. Default: none. Change class: restart. */
  readonly port: number
  /**
   * How many connections wait until one of the processes accepts them. supervisord:
   * socket_backlog. Default: what the machine allows (SOMAXCONN). Change class: restart.
   */
  readonly backlog?: number
}

/** A FastCGI program: the fields of a program, except `stdin`, which is its socket. */
export interface FastCgiInput extends Omit<ProgramInput, "stdin" | "perInstance"> {
  /**
   * Where the processes are spoken to: one listening socket, which each gets as descriptor 0.
   * supervisord: socket. Required. Change class: restart.
   */
  readonly socket:
    | (UnixSocketInput & { readonly host?: never; readonly port?: never })
    | (TcpSocketInput & { readonly path?: never; readonly owner?: never; readonly mode?: never })
  /** What differs for single instances, by position; null for none. */
  readonly perInstance?: ReadonlyArray<Omit<PerInstanceInput, "stdin"> | null>
}
