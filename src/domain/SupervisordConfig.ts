/**
 * What a supervisord configuration and its command line say about the daemon itself (supervisord.md 1.8 to 1.10): paths are
 * absolute, users resolved, defaults filled in. Programs and groups are in Desired.
 */
import * as Schema from "effect/Schema"
import { supervisordLevelNames } from "./supervisordLevelNames.ts"

export const SupervisordLevel = Schema.Literals(supervisordLevelNames)
export type SupervisordLevel = typeof SupervisordLevel.Type

export const SupervisordSettings = Schema.Struct({
  /** Absolute; "syslog": no file. */
  logfile: Schema.String,
  /** 0: never rotated. */
  logfileMaxBytes: Schema.Finite,
  logfileBackups: Schema.Finite,
  loglevel: SupervisordLevel,
  pidfile: Schema.String,
  nodaemon: Schema.Boolean,
  silent: Schema.Boolean,
  minfds: Schema.Finite,
  minprocs: Schema.Finite,
  nocleanup: Schema.Boolean,
  stripAnsi: Schema.Boolean,
  umask: Schema.Finite,
  directory: Schema.NullOr(Schema.String),
  /** Null: privileges are not dropped. */
  user: Schema.NullOr(
    Schema.Struct({ uid: Schema.Finite, gid: Schema.Finite, name: Schema.String })
  ),
  identifier: Schema.String,
  childlogdir: Schema.String
})
export type SupervisordSettings = typeof SupervisordSettings.Type

const server = {
  /** The section's whole name, `unix_http_server:x` included: messages name it. */
  section: Schema.String,
  /** Both or neither. `password` may begin with `{SHA}`. */
  username: Schema.NullOr(Schema.String),
  password: Schema.NullOr(Schema.String)
}
export const HttpServerSettings = Schema.Union([
  Schema.Struct({
    kind: Schema.Literal("unix"),
    ...server,
    file: Schema.String,
    mode: Schema.Finite,
    /** -1 leaves it; null: unchanged. */
    owner: Schema.NullOr(Schema.Struct({ uid: Schema.Finite, gid: Schema.Finite }))
  }),
  Schema.Struct({
    kind: Schema.Literal("inet"),
    ...server,
    /** Lower case; empty: all interfaces, IPv4. */
    host: Schema.String,
    port: Schema.Finite
  })
])
export type HttpServerSettings = typeof HttpServerSettings.Type

/** To be logged once the log is open: CRIT first, then WARN, then INFO (supervisord.md 3.1). */
export const BootMessage = Schema.Struct({
  level: Schema.Literals(["critical", "warn", "info"]),
  text: Schema.String
})
export type BootMessage = typeof BootMessage.Type

export const SupervisordConfig = Schema.Struct({
  /** The main file as it was named (supervisorctl shows it so), and absolute. */
  file: Schema.String,
  settings: SupervisordSettings,
  /** In the order in which supervisord opens them: inet servers, then unix ones. */
  servers: Schema.Array(HttpServerSettings),
  /** Whether `[rpcinterface:supervisor]` is there: without it there is no `supervisor.*`. */
  rpcInterface: Schema.Boolean,
  messages: Schema.Array(BootMessage),
  /** SUPERVISOR_SERVER_URL of programs; null: no server. */
  serverUrl: Schema.NullOr(Schema.String)
})
export type SupervisordConfig = typeof SupervisordConfig.Type
