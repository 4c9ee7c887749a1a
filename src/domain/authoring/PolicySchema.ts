/**
 * The schemas of what a program does over time: start, restart with its schedules, stop. Types: ProgramInput.ts,
 * BackoffInput.ts.
 */
import * as Schema from "effect/Schema"
import { CommandSchema } from "./CommandSchema.ts"
import { expecting, optional, refusing, required } from "./Field.ts"
import {
  Count,
  Duration,
  durationOr,
  expectingOrParts,
  Factor,
  Flag,
  notHere,
  oneOf,
  Share,
  Signal
} from "./FieldValue.ts"

export const StartSchema = Schema.Struct({
  auto: optional(Flag, {
    doc: "Whether it is started with reeve, and when it is added.",
    type: "boolean",
    default: "true",
    class: "live",
    supervisord: ["autostart"]
  }),
  stableAfter: optional(Duration, {
    doc: "How long a process must stay up to count as started; 0 counts at once.",
    type: "duration",
    default: '"1 second", but "0s" when restart.when is "never"',
    class: "live",
    supervisord: ["startsecs"]
  }),
  retries: optional(
    refusing(
      Schema.Union([Schema.Literal("unlimited"), Count(0, Number.MAX_SAFE_INTEGER)]),
      expecting('a whole number, 0 or more, or "unlimited"')
    ),
    {
      doc: "How many failed starts in a row are followed by another attempt, before FATAL.",
      type: 'number | "unlimited"',
      default: '"unlimited"',
      class: "live",
      supervisord: ["startretries"]
    }
  )
})

const size = {
  max: optional(durationOr("none"), {
    doc: "The longest wait.",
    type: 'duration | "none"',
    default: '"1 minute" (exponential, linear), "none" (fixed, sequence)',
    class: "live"
  }),
  jitter: optional(Share, {
    doc: "Random share by which a wait is made longer or shorter, from 0 to 1.",
    type: "number",
    default: "0.2 (exponential, linear), 0 (fixed, sequence)",
    class: "live"
  })
}

const wait = (schema: typeof Duration, doc: string) =>
  required(schema, { doc, type: "duration", class: "live" })

/** `pacing`: what the schedules have besides what makes their waits. */
const schedules = <const Pacing extends Schema.Struct.Fields>(pacing: Pacing) =>
  refusing(
    Schema.Union([
      Schema.Struct({
        kind: Schema.Literal("exponential"),
        initial: wait(Duration, "The first wait of an exponential schedule."),
        factor: optional(Factor, {
          doc: "How many times as long each next wait of an exponential schedule is.",
          type: "number",
          default: "2",
          class: "live"
        }),
        ...size,
        ...pacing
      }),
      Schema.Struct({
        kind: Schema.Literal("linear"),
        step: wait(Duration, "The first wait of a linear schedule, and what each later one adds."),
        ...size,
        ...pacing
      }),
      Schema.Struct({
        kind: Schema.Literal("fixed"),
        delay: wait(Duration, "Each wait of a fixed schedule."),
        ...size,
        ...pacing
      }),
      Schema.Struct({
        kind: Schema.Literal("sequence"),
        delays: required(
          refusing(
            Schema.Array(Duration).check(Schema.makeFilter((waits) => waits.length > 0)),
            (value) =>
              Array.isArray(value) && value.length > 0 ? null : "expected at least one duration"
          ),
          {
            doc: "The waits of a sequence in order; the last one repeats.",
            type: "duration[]",
            class: "live"
          }
        ),
        ...size,
        ...pacing
      })
    ]),
    expectingOrParts('a schedule such as exponential("1 second")')
  )

export const BackoffSchema = schedules({
  resetAfter: optional(durationOr("never"), {
    doc: 'After this much uptime the schedule begins anew; with "never" only a successful start ends it.',
    type: 'duration | "never"',
    default: '"1 minute"',
    class: "live"
  }),
  pace: optional(oneOf(["restarts", "starts"]), {
    doc: 'With "restarts" every restart waits and early ones count as failures; with "starts" only failed starts wait.',
    type: '"restarts" | "starts"',
    default: '"restarts"',
    class: "live"
  })
})

const everyAttempt = notHere(
  "every run of a task that fails is an attempt, however long it took; leave it out"
)

/** Between the attempts of a task. */
export const TaskBackoffSchema = schedules({ resetAfter: everyAttempt, pace: everyAttempt })

export const RestartSchema = Schema.Struct({
  when: optional(oneOf(["always", "unexpected", "never"]), {
    doc: 'Whether it is started again after it ended; "unexpected": unless it ended with an expected exit code.',
    type: '"always" | "unexpected" | "never"',
    default: '"unexpected"',
    class: "live",
    supervisord: ["autorestart"]
  }),
  expectedExitCodes: optional(Schema.Array(Count(0, 255)), {
    doc: "Exit codes that mean that it is done.",
    type: "number[]",
    default: "[0]",
    class: "live",
    supervisord: ["exitcodes"]
  }),
  backoff: optional(BackoffSchema, {
    doc: "How long to wait between attempts.",
    type: "exponential() | linear() | fixed() | sequence()",
    default:
      'exponential("1 second", { factor: 2, max: "1 minute", jitter: 0.2, resetAfter: "1 minute" })',
    class: "live"
  }),
  maxLifetime: optional(Duration, {
    doc: "How long a process may run before a new one takes its place; an hour or more is usual, a second the least.",
    type: "duration",
    class: "live"
  }),
  lifetimeVariance: optional(Share, {
    doc: "Share of maxLifetime, from 0 to 1, by which a process may be replaced earlier; each has its own.",
    type: "number",
    default: "0.1",
    class: "live"
  })
})

export const StopSchema = Schema.Struct({
  signal: optional(Signal, {
    doc: "The signal that asks it to end.",
    type: "signal",
    default: '"TERM"',
    class: "live",
    supervisord: ["stopsignal"]
  }),
  timeout: optional(Duration, {
    doc: "How long it may take to end, before KILL.",
    type: "duration",
    default: '"10 seconds"',
    class: "live",
    supervisord: ["stopwaitsecs"]
  }),
  group: optional(oneOf(["no", "kill", "all"]), {
    doc: 'Whom the signals reach: "no" the process alone; "kill": KILL reaches its whole group; "all": both do.',
    type: '"no" | "kill" | "all"',
    default: '"all"',
    class: "live",
    supervisord: ["stopasgroup", "killasgroup"]
  }),
  command: optional(CommandSchema, {
    doc: "Runs instead of sending the signal, as its user and with REEVE_PID; where it fails, the signal is sent.",
    type: "text | text[]",
    class: "live"
  })
})
