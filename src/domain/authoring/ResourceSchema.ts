/** The schemas of a program's output and of its resource limits. Types: LogsInput.ts, LimitsInput.ts. */
import * as Schema from "effect/Schema"
import { optional, refusing } from "./Field.ts"
import {
  ByteSize,
  Count,
  Duration,
  expectingOrParts,
  Flag,
  PathText,
  Processors,
  Seconds
} from "./FieldValue.ts"

export const LogSinkSchema = (stream: "stdout" | "stderr") =>
  Schema.Struct({
    file: optional(PathText, {
      doc: '"auto": a file that reeve names; "none": no file; else a path (a relative one from the defining file).',
      type: '"auto" | "none" | path',
      default: '"auto"',
      class: "live",
      supervisord: [`${stream}_logfile`]
    }),
    maxSize: optional(ByteSize, {
      doc: "Size at which the file is rotated; 0: never.",
      type: "size",
      default: '"50MB"',
      class: "live",
      supervisord: [`${stream}_logfile_maxbytes`]
    }),
    backups: optional(Count(0, 10_000), {
      doc: "How many rotated files are kept; 0: the file is emptied instead.",
      type: "number",
      default: "10",
      class: "live",
      supervisord: [`${stream}_logfile_backups`]
    }),
    syslog: optional(Flag, {
      doc: "Whether each line goes to syslog, too.",
      type: "boolean",
      default: "false",
      class: "live",
      supervisord: [`${stream}_syslog`]
    }),
    stripAnsi: optional(Flag, {
      doc: "Whether escape sequences (colours) are taken out.",
      type: "boolean",
      default: "false",
      class: "live",
      supervisord: ["strip_ansi"]
    }),
    capture: optional(ByteSize, {
      doc: "Bytes kept of what it writes between capture tokens: a PROCESS_COMMUNICATION event, not in the file; 0: none.",
      type: "size",
      default: "0",
      class: "live",
      supervisord: [`${stream}_capture_maxbytes`]
    }),
    events: optional(Flag, {
      doc: "Whether each piece of output is an event PROCESS_LOG.",
      type: "boolean",
      default: "false",
      class: "live",
      supervisord: [`${stream}_events_enabled`]
    })
  })

const StdoutSchema = LogSinkSchema("stdout")
const StderrSchema = LogSinkSchema("stderr")

export const LogsSchema = Schema.Struct({
  stdout: optional(StdoutSchema, {
    doc: "Where its standard output goes.",
    type: "section",
    default: "{}",
    class: "by field"
  }),
  stderr: optional(
    refusing(
      Schema.Union([Schema.Literal("stdout"), StderrSchema]),
      expectingOrParts('"stdout" or a record such as { file: "auto" }')
    ),
    {
      doc: 'Where its standard error goes; "stdout": the same pipe as its output. Changes within a file of its own are live.',
      type: '"stdout" | section',
      default: "{}",
      class: "restart",
      supervisord: ["redirect_stderr"]
    }
  )
})

const whole = Count(0, Number.MAX_SAFE_INTEGER)
const inherited = "as reeve was started with"
const size = (doc: string) =>
  optional(ByteSize, { doc, type: "size", default: inherited, class: "live" })
const count = (doc: string) =>
  optional(whole, { doc, type: "number", default: inherited, class: "live" })

export const LimitsSchema = Schema.Struct({
  openFiles: count("Open file descriptors (RLIMIT_NOFILE)."),
  processes: count("Processes of its user (RLIMIT_NPROC)."),
  coreSize: size("Size of a core file (RLIMIT_CORE); 0: none is written."),
  fileSize: size("Size of a file that it writes (RLIMIT_FSIZE)."),
  addressSpace: size("Virtual memory (RLIMIT_AS)."),
  stack: size("Stack of its main thread (RLIMIT_STACK)."),
  lockedMemory: size("Memory that it may lock (RLIMIT_MEMLOCK)."),
  cpu: optional(Seconds, {
    doc: "Processor time, in whole seconds (RLIMIT_CPU).",
    type: "duration",
    default: inherited,
    class: "restart"
  }),
  nice: optional(Count(-20, 19), {
    doc: "Niceness, from -20 (gets the processor first) to 19 (last).",
    type: "number",
    default: inherited,
    class: "live"
  }),
  oomScoreAdjust: optional(Count(-1000, 1000), {
    doc: "Whom the kernel kills for memory (oom_score_adj): -1000 (never) to 1000 (first).",
    type: "number",
    default: inherited,
    class: "live"
  }),
  memory: optional(ByteSize, {
    doc: "Memory that it and what it started may use; with more than that for memoryGrace it is stopped, and has failed.",
    type: "size",
    default: "unlimited",
    class: "live"
  }),
  memoryGrace: optional(Duration, {
    doc: "How long it may use more than that (memory).",
    type: "duration",
    default: '"10 seconds"',
    class: "live"
  }),
  memoryMax: optional(ByteSize, {
    doc: "Memory that it and what it started may have: with more the kernel kills them all. Where it does not, it is as memory.",
    type: "size",
    default: "unlimited",
    class: "live"
  }),
  cpus: optional(Processors, {
    doc: "Processors whose time it and what it started may use, by the kernel; 0.5 is half of one.",
    type: "number",
    default: "unlimited",
    class: "live"
  }),
  tasks: optional(Count(1, 4_194_304), {
    doc: "Processes and threads that it and what it started may be, by the kernel.",
    type: "number",
    default: "unlimited",
    class: "live"
  })
})
