/**
 * How it is known that a process is ready, and still alive, as data. The constructors only put together what was given; a
 * regular expression becomes its text. Defaults are filled in when a program is expanded.
 */
import type { DurationInput } from "../Duration.ts"
import type { InstanceMarker } from "./Marker.ts"

/** Text that may hold a marker. */
type ProbeText = string | InstanceMarker

/** A part of a text, or a regular expression by its text and flags. */
export type PatternInput = ProbeText | { readonly matches: string; readonly flags?: string }

/** What all probes share that are looked at again and again. */
export interface ProbeOptions {
  /**
   * The time from one look to the next; 50 ms at least. Default: "1 second" (ready), "10
   * seconds" (liveness). Change class: live.
   */
  readonly every?: DurationInput
  /**
   * How long a look may take; then it is cut off and has failed. Default: "1 second" (http,
   * tcp), "5 seconds" (exec). Change class: live.
   */
  readonly timeout?: DurationInput
  /**
   * Random share by which the time between two looks is shorter or longer, from 0 to 1. Default:
   * 0.1. Change class: live.
   */
  readonly jitter?: number
  /**
   * Failures in this time after the start of a process do not count, until its first success.
   * Default: "0s". Change class: live.
   */
  readonly startPeriod?: DurationInput
  /**
   * So many failures in a row mean that it is not ready any more (ready), or not alive
   * (liveness). Default: 3. Change class: live.
   */
  readonly failures?: number
}

/** When a process that is looked at counts as ready. */
export interface ReadyOptions extends ProbeOptions, WithinOption {
  /** So many successes in a row mean that it is ready. Default: 1. Change class: live. */
  readonly successes?: number
}

/** How long a process may take to be ready. */
export interface WithinOption {
  /**
   * A process that is not ready in this time has failed to start, and is stopped. Default: none.
   * Change class: live.
   */
  readonly within?: DurationInput
}

/** What an answer must be. */
export interface HttpOptions {
  /** How it is asked for. Default: "GET". Change class: live. */
  readonly method?: "GET" | "HEAD"
  /** Headers to send. Their values are not shown anywhere. Default: {}. Change class: live. */
  readonly headers?: Readonly<Record<string, ProbeText>>
  /**
   * The Unix socket to connect to instead of the host of the url; a relative path starts at the
   * defining file. Default: none. Change class: live.
   */
  readonly socket?: ProbeText
  /**
   * The statuses that are a success. Redirections are not followed. Default: "200-399". Change
   * class: live.
   */
  readonly status?: number | string | ReadonlyArray<number | string>
  /**
   * Headers that the answer must have, each with a part of its value. Default: {}. Change class:
   * live.
   */
  readonly expectHeaders?: Readonly<Record<string, ProbeText>>
  /**
   * What the first 64 KiB of the answer must hold: a text, or a match for a regular expression.
   * Default: none. Change class: live.
   */
  readonly body?: PatternInput
}

/** A request, and the answer that is a success. */
export interface HttpProbe extends HttpOptions {
  readonly kind: "http"
  /**
   * What to ask for, such as http://127.0.0.1:8000/health; of https the certificate is not
   * looked at. Required. Change class: live.
   */
  readonly url: ProbeText
}

/** A connection that is accepted is a success. */
export interface TcpProbe {
  readonly kind: "tcp"
  /**
   * What accepts a connection: host:port, a port of 127.0.0.1, or unix:/path. Required. Change
   * class: live.
   */
  readonly address: ProbeText
}

/** A command that exits with 0 is a success. */
export interface ExecProbe {
  readonly kind: "exec"
  /**
   * What exits with 0 for a success; it runs as the program does: user, directory, environment,
   * limits. Required. Change class: live.
   */
  readonly command: ProbeText | ReadonlyArray<ProbeText>
}

/** Its first line of this kind says that a process is ready. */
export interface LogLineProbe extends WithinOption {
  readonly kind: "logLine"
  /**
   * The line of its output that says that it is ready: a part of it, or a regular expression.
   * Required. Change class: live.
   */
  readonly line: PatternInput
  /** Where the line comes. Default: "both". Change class: live. */
  readonly stream?: "stdout" | "stderr" | "both"
}

/** The process says itself that it is ready. */
export interface NotifyProbe extends WithinOption {
  readonly kind: "notify"
  /**
   * The descriptor to which it writes a newline when it is ready, instead of READY=1 to
   * NOTIFY_SOCKET. Default: none. Change class: restart.
   */
  readonly fd?: number
}

/** The process says again and again that it is alive. */
export interface WatchdogProbe {
  readonly kind: "notify"
  /**
   * How long it may be silent: it sends WATCHDOG=1 to NOTIFY_SOCKET at least so often, once it
   * is ready. Required. Change class: restart.
   */
  readonly watchdog: DurationInput
}

export type ReadyInput =
  | (HttpProbe & ReadyOptions)
  | (TcpProbe & ReadyOptions)
  | (ExecProbe & ReadyOptions)
  | LogLineProbe
  | NotifyProbe

export type LivenessInput =
  | (HttpProbe & ProbeOptions)
  | (TcpProbe & ProbeOptions)
  | (ExecProbe & ProbeOptions)
  | WatchdogProbe

/** What `http` takes beside the address. */
export type HttpArguments = Omit<HttpOptions, "body"> &
  ReadyOptions & { readonly body?: PatternInput | RegExp }

/** `http("http://127.0.0.1:8000/health", { within: "1 minute" })`: an answer with a status from 200 to 399. */
export const http = (url: ProbeText, options: HttpArguments = {}): HttpProbe & ReadyOptions => {
  const { body, ...others } = options
  return Object.freeze({
    ...others,
    ...(body === undefined ? {} : { body: asPattern(body) }),
    kind: "http",
    url
  })
}

/** `tcp("127.0.0.1:5432")` or `tcp("unix:/run/app.sock")`: a connection is accepted. */
export const tcp = (address: ProbeText, options: ReadyOptions = {}): TcpProbe & ReadyOptions =>
  Object.freeze({ ...options, kind: "tcp", address })

/** `exec(["pg_isready", "-q"])`: the command exits with 0. */
export const exec = (
  command: ExecProbe["command"],
  options: ReadyOptions = {}
): ExecProbe & ReadyOptions => Object.freeze({ ...options, kind: "exec", command })

/** `logLine(/listening on \d+/)`: the process writes such a line. */
export const logLine = (
  line: PatternInput | RegExp,
  options: Pick<LogLineProbe, "stream" | "within"> = {}
): LogLineProbe => Object.freeze({ ...options, kind: "logLine", line: asPattern(line) })

/**
 * `notify()`: the process sends READY=1 to NOTIFY_SOCKET, or writes a newline to a descriptor (`fd`). `notify({ watchdog: "30
 * seconds" })`, for `liveness`: it sends WATCHDOG=1 again and again.
 */
export function notify(options: Pick<WatchdogProbe, "watchdog">): WatchdogProbe
export function notify(options?: Pick<NotifyProbe, "fd" | "within">): NotifyProbe
export function notify(options: object = {}): object {
  return Object.freeze({ ...options, kind: "notify" })
}

const asPattern = (given: PatternInput | RegExp): PatternInput =>
  given instanceof RegExp
    ? Object.freeze({ matches: given.source, flags: given.flags.replace(/[gyd]/g, "") })
    : given
