/**
 * How reeve finds out whether a process is ready, and whether it is still alive: part of a definition, in its canonical form.
 * `http`, `tcp` and `exec` are looked at again and again; of a log line and of notices the process tells by itself.
 */
import * as Schema from "effect/Schema"

/** What a text is compared with: a part of it, or a regular expression. */
export const TextPattern = Schema.Union([
  Schema.Struct({ contains: Schema.String }),
  Schema.Struct({ matches: Schema.String, flags: Schema.String })
])
export type TextPattern = typeof TextPattern.Type

const http = {
  kind: Schema.Literal("http"),
  url: Schema.String,
  method: Schema.Literals(["GET", "HEAD"]),
  headers: Schema.Record(Schema.String, Schema.String),
  /** The Unix socket to connect to, absolute; null: what the url names. */
  socket: Schema.NullOr(Schema.String),
  /** "200", "200-399" */
  status: Schema.Array(Schema.String),
  /** Headers that the answer must have, with a part of each value. */
  expectHeaders: Schema.Record(Schema.String, Schema.String),
  body: Schema.NullOr(TextPattern)
}

const tcp = {
  kind: Schema.Literal("tcp"),
  /** `host:port`, or `unix:/path`. */
  address: Schema.String
}

const exec = {
  kind: Schema.Literal("exec"),
  command: Schema.Union([Schema.String, Schema.Array(Schema.String)])
}

const looks = {
  everyMs: Schema.Finite,
  timeoutMs: Schema.Finite,
  /** 0.1: a wait is up to 10 % shorter or longer. */
  jitter: Schema.Finite,
  /** Failures in this time after the start do not count, until the first success. */
  startPeriodMs: Schema.Finite,
  /** So many in a row: not ready any more, or not alive. */
  failures: Schema.Finite
}

/** Null: it may take for ever. */
const within = { withinMs: Schema.NullOr(Schema.Finite) }
/** So many successes in a row make it ready. */
const toBeReady = { ...looks, successes: Schema.Finite, ...within }

export const Ready = Schema.Union([
  Schema.Struct({ ...http, ...toBeReady }),
  Schema.Struct({ ...tcp, ...toBeReady }),
  Schema.Struct({ ...exec, ...toBeReady }),
  Schema.Struct({
    kind: Schema.Literal("logLine"),
    line: TextPattern,
    stream: Schema.Literals(["stdout", "stderr", "both"]),
    ...within
  }),
  Schema.Struct({
    kind: Schema.Literal("notify"),
    /** The descriptor that a newline is written to; null: READY=1 is sent to NOTIFY_SOCKET. */
    fd: Schema.NullOr(Schema.Finite),
    ...within
  })
])
export type Ready = typeof Ready.Type

export const Liveness = Schema.Union([
  Schema.Struct({ ...http, ...looks }),
  Schema.Struct({ ...tcp, ...looks }),
  Schema.Struct({ ...exec, ...looks }),
  Schema.Struct({
    kind: Schema.Literal("notify"),
    /** WATCHDOG=1 comes at least as often, once the process is ready. */
    watchdogMs: Schema.Finite
  })
])
export type Liveness = typeof Liveness.Type

/** What is looked at again and again. */
export type Look = Exclude<Ready | Liveness, { readonly kind: "logLine" | "notify" }>

export const isLook = (probe: Ready | Liveness | null): probe is Look =>
  probe !== null && probe.kind !== "logLine" && probe.kind !== "notify"

/** What came of looking once. `text`: what was seen, in a few words. */
export const ProbeResult = Schema.Struct({
  ok: Schema.Boolean,
  text: Schema.String,
  /** Wall clock, milliseconds. */
  at: Schema.Finite,
  tookMs: Schema.Finite
})
export type ProbeResult = typeof ProbeResult.Type

/** What is known of one probe of a process that lives. */
export const Standing = Schema.Struct({
  /** Ready, or alive; of liveness true until enough failed. */
  ok: Schema.Boolean,
  /** Wall clock, milliseconds: of the latest change of `ok`. */
  since: Schema.Finite,
  /** In a row, up to now; one of them is 0. */
  successes: Schema.Finite,
  failures: Schema.Finite,
  last: Schema.NullOr(ProbeResult)
})
export type Standing = typeof Standing.Type

/** What a process told of itself beside READY (sd_notify(3)). */
export const Told = Schema.Struct({
  status: Schema.NullOr(Schema.String),
  phase: Schema.NullOr(Schema.Literals(["reloading", "stopping"]))
})
export type Told = typeof Told.Type
