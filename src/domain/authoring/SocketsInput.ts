/** The type of the sockets of a program; its schema is in SocketsSchema.ts. */

/** A listening socket with what its address alone does not say. */
export interface SocketInput {
  /**
   * Where it listens: "127.0.0.1:8080", "[::1]:8080", ":8080" for all addresses, or
   * "unix:/run/web.sock". Required. Change class: restart.
   */
  readonly address: string
  /**
   * How many connections wait until one of the processes accepts them. Default: what the machine
   * allows (SOMAXCONN). Change class: restart.
   */
  readonly backlog?: number
  /** The mode of the file of a Unix socket. Default: "0600". Change class: restart. */
  readonly mode?: string
  /**
   * Whom the file of a Unix socket belongs to: a user, or a user and a group as user:group.
   * Default: `user` with its primary group. Change class: restart.
   */
  readonly owner?: string
}
