/**
 * The schemas of `ready` and `liveness`: how it is known that a process is ready, and still alive. Which texts are addresses and
 * patterns is said when they are expanded, since markers may stand in them. The types for authors are in ProbeInput.ts.
 */
import * as Schema from "effect/Schema"
import { optional, type Refusal, refusing, required } from "./Field.ts"
import { Count, Duration, expectingOrParts, oneOf, PathText, Share, Text } from "./FieldValue.ts"

const looks = {
  every: optional(Duration, {
    doc: "The time from one look to the next; 50 ms at least.",
    type: "duration",
    default: '"1 second" (ready), "10 seconds" (liveness)',
    class: "live"
  }),
  timeout: optional(Duration, {
    doc: "How long a look may take; then it is cut off and has failed.",
    type: "duration",
    default: '"1 second" (http, tcp), "5 seconds" (exec)',
    class: "live"
  }),
  jitter: optional(Share, {
    doc: "Random share by which the time between two looks is shorter or longer, from 0 to 1.",
    type: "number",
    default: "0.1",
    class: "live"
  }),
  startPeriod: optional(Duration, {
    doc: "Failures in this time after the start of a process do not count, until its first success.",
    type: "duration",
    default: '"0s"',
    class: "live"
  }),
  failures: optional(Count(1, 1_000_000), {
    doc: "So many failures in a row mean that it is not ready any more (ready), or not alive (liveness).",
    type: "number",
    default: "3",
    class: "live"
  })
}

const within = {
  within: optional(Duration, {
    doc: "A process that is not ready in this time has failed to start, and is stopped.",
    type: "duration",
    class: "live"
  })
}

const toBeReady = {
  successes: optional(Count(1, 1_000_000), {
    doc: "So many successes in a row mean that it is ready.",
    type: "number",
    default: "1",
    class: "live"
  }),
  ...within
}

const Pattern = refusing(
  Schema.Union([Text, Schema.Struct({ matches: Text, flags: Schema.optionalKey(Text) })]),
  expectingOrParts('a text, or a regular expression such as { matches: "^ready" }')
)

const HeaderName = refusing(
  Schema.String.check(Schema.makeFilter((name) => /^[\w!#$%&'*+.^`|~-]+$/.test(name))),
  (_value, shown) => `expected the name of a header, found ${shown}`
)
const HeaderValue = refusing(
  Schema.String.check(Schema.makeFilter((text) => /^[\t\x20-\x7e\x80-\xff]*$/.test(text))),
  () => "expected the value of a header: one line of Latin-1 text"
)

const http = {
  kind: Schema.Literal("http"),
  url: required(Text, {
    doc: "What to ask for, such as http://127.0.0.1:8000/health; of https the certificate is not looked at.",
    type: "text",
    class: "live"
  }),
  method: optional(oneOf(["GET", "HEAD"]), {
    doc: "How it is asked for.",
    type: '"GET" | "HEAD"',
    default: '"GET"',
    class: "live"
  }),
  headers: optional(Schema.Record(HeaderName, HeaderValue), {
    doc: "Headers to send. Their values are not shown anywhere.",
    type: "record of text",
    default: "{}",
    class: "live"
  }),
  socket: optional(PathText, {
    doc: "The Unix socket to connect to instead of the host of the url; a relative path starts at the defining file.",
    type: "path",
    class: "live"
  }),
  status: optional(
    refusing(
      Schema.Union([Count(100, 599), Text, Schema.Array(Schema.Union([Count(100, 599), Text]))]),
      expectingOrParts('a status such as 200, a range such as "200-299", or an array of them')
    ),
    {
      doc: "The statuses that are a success. Redirections are not followed.",
      type: "number | text | (number | text)[]",
      default: '"200-399"',
      class: "live"
    }
  ),
  expectHeaders: optional(Schema.Record(HeaderName, Text), {
    doc: "Headers that the answer must have, each with a part of its value.",
    type: "record of text",
    default: "{}",
    class: "live"
  }),
  body: optional(Pattern, {
    doc: "What the first 64 KiB of the answer must hold: a text, or a match for a regular expression.",
    type: "text | RegExp",
    class: "live"
  })
}

const tcp = {
  kind: Schema.Literal("tcp"),
  address: required(Text, {
    doc: "What accepts a connection: host:port, a port of 127.0.0.1, or unix:/path.",
    type: "text",
    class: "live"
  })
}

const exec = {
  kind: Schema.Literal("exec"),
  command: required(
    refusing(
      Schema.Union([
        Text,
        Schema.Array(Text).check(Schema.makeFilter((words) => words.length > 0))
      ]),
      expectingOrParts('a command such as ["pg_isready", "-q"] or "pg_isready -q"')
    ),
    {
      doc: "What exits with 0 for a success; it runs as the program does: user, directory, environment, limits.",
      type: "text | text[]",
      class: "live"
    }
  )
}

/** One of these kinds has its fault in its parts. */
const probeOf =
  (kinds: ReadonlyArray<string>, example: string): Refusal =>
  (value, shown) => {
    if (typeof value !== "object" || value === null) {
      return `expected a probe such as ${example}, found ${shown}`
    }
    const kind: unknown = Reflect.get(value, "kind")
    return kinds.some((one) => one === kind)
      ? null
      : `expected a probe such as ${example}; it may be made by ${kinds.map((one) => `${one}()`).join(", ")}`
  }

export const ReadySchema = refusing(
  Schema.Union([
    Schema.Struct({ ...http, ...looks, ...toBeReady }),
    Schema.Struct({ ...tcp, ...looks, ...toBeReady }),
    Schema.Struct({ ...exec, ...looks, ...toBeReady }),
    Schema.Struct({
      kind: Schema.Literal("logLine"),
      line: required(Pattern, {
        doc: "The line of its output that says that it is ready: a part of it, or a regular expression.",
        type: "text | RegExp",
        class: "live"
      }),
      stream: optional(oneOf(["stdout", "stderr", "both"]), {
        doc: "Where the line comes.",
        type: '"stdout" | "stderr" | "both"',
        default: '"both"',
        class: "live"
      }),
      ...within
    }),
    Schema.Struct({
      kind: Schema.Literal("notify"),
      fd: optional(Count(3, 255), {
        doc: "The descriptor to which it writes a newline when it is ready, instead of READY=1 to NOTIFY_SOCKET.",
        type: "number",
        class: "restart"
      }),
      ...within
    })
  ]),
  probeOf(["http", "tcp", "exec", "logLine", "notify"], 'http("http://127.0.0.1:8000/")')
)
export type ReadyChecked = typeof ReadySchema.Type

export const LivenessSchema = refusing(
  Schema.Union([
    Schema.Struct({ ...http, ...looks }),
    Schema.Struct({ ...tcp, ...looks }),
    Schema.Struct({ ...exec, ...looks }),
    Schema.Struct({
      kind: Schema.Literal("notify"),
      watchdog: required(Duration, {
        doc: "How long it may be silent: it sends WATCHDOG=1 to NOTIFY_SOCKET at least so often, once it is ready.",
        type: "duration",
        class: "restart"
      })
    })
  ]),
  probeOf(
    ["http", "tcp", "exec", "notify"],
    'http("http://127.0.0.1:8000/") or notify({ watchdog: "30 seconds" })'
  )
)
export type LivenessChecked = typeof LivenessSchema.Type

export type PatternChecked = typeof Pattern.Type
