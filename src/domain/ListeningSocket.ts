/** Sockets that reeve opens and listens on, and that all processes of a program share: they accept, reeve never does. */
import * as Schema from "effect/Schema"

export const ListeningSocket = Schema.Union([
  Schema.Struct({
    kind: Schema.Literal("unix"),
    path: Schema.String,
    /** `user` or `user:group`; null: as supervisord.md 1.14 says of socket_owner. */
    owner: Schema.NullOr(Schema.String),
    mode: Schema.Finite,
    /** Null: SOMAXCONN. */
    backlog: Schema.NullOr(Schema.Finite)
  }),
  Schema.Struct({
    kind: Schema.Literal("tcp"),
    /** Empty: all addresses of this machine, of both versions. */
    host: Schema.String,
    port: Schema.Finite,
    backlog: Schema.NullOr(Schema.Finite)
  })
])
export type ListeningSocket = typeof ListeningSocket.Type

/** `name`: what its processes find it by, in LISTEN_FDNAMES (sd_listen_fds(3)). */
export const NamedSocket = Schema.Struct({ name: Schema.String, at: ListeningSocket })
export type NamedSocket = typeof NamedSocket.Type
