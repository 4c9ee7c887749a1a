/**
 * The schema of what `defineProgram` was given, as it comes out of the evaluation child: plain JSON, durations and markers
 * already text. It decides what is accepted, and holds the texts of `reeve explain`. The type for authors is ProgramInput.
 */
import * as Schema from "effect/Schema"
import { programInstances } from "../limits.ts"
import { CommandSchema } from "./CommandSchema.ts"
import { DependenciesSchema } from "./DependencySchema.ts"
import { expecting, optional, refusing, required } from "./Field.ts"
import {
  Count,
  expectingOrParts,
  expectingRecord,
  Flag,
  Name,
  notHere,
  PathText,
  Text,
  Umask,
  VariableName
} from "./FieldValue.ts"
import { HooksSchema } from "./HooksSchema.ts"
import { RestartSchema, StartSchema, StopSchema } from "./PolicySchema.ts"
import { LivenessSchema, ReadySchema } from "./ProbeSchema.ts"
import { ReloadSchema } from "./ReloadSchema.ts"
import { LimitsSchema, LogsSchema } from "./ResourceSchema.ts"
import { SocketsSchema } from "./SocketsSchema.ts"
import { UpdateSchema } from "./UpdateSchema.ts"

const SecretSchema = Schema.Union([
  Schema.Struct({ secret: Schema.Literal("env"), name: VariableName }),
  Schema.Struct({ secret: Schema.Literal("file"), path: PathText })
])

const EnvironmentSchema = Schema.Record(
  Schema.String,
  refusing(Schema.Union([Text, SecretSchema]), (value) =>
    typeof value === "number"
      ? "expected text, found a number; write it in quotes"
      : typeof value === "object" && value !== null && "secret" in value
        ? null
        : 'expected text or a secret such as secret.file("path")'
  )
)

const section = <S extends Schema.Top>(schema: S, doc: string) =>
  optional(schema, { doc, type: "section", default: "{}", class: "by field" })

/** What also a single instance may have of its own. */
const eachInstance = {
  description: optional(Text, {
    doc: "One line for people; shown by `reeve describe`.",
    type: "text",
    class: "live"
  }),
  directory: optional(PathText, {
    doc: "The working directory; a relative one starts at the directory of the defining file.",
    type: "path",
    default: "the directory that reeve was started in",
    class: "restart",
    supervisord: ["directory"]
  }),
  environment: optional(EnvironmentSchema, {
    doc: "Variables; a value is text, or a secret.",
    type: "record of text or secret",
    default: "{}",
    class: "restart",
    supervisord: ["environment"]
  }),
  envFile: optional(
    refusing(
      Schema.Union([PathText, Schema.Array(PathText)]),
      expectingOrParts("a path, or an array of paths")
    ),
    {
      doc: "Files with NAME=value lines, read at each start, and watched; later ones win, `environment` wins over all.",
      type: "path | path[]",
      class: "restart"
    }
  ),
  inheritEnvironment: optional(
    refusing(
      Schema.Union([Schema.Literal("all"), Schema.Array(VariableName)]),
      expectingOrParts('"all", or an array of names')
    ),
    {
      doc: 'What the program gets of the environment of reeve: "all", or names besides PATH, LANG, LC_* and TZ.',
      type: '"all" | text[]',
      default: "[]",
      class: "restart"
    }
  ),
  showEnvironment: optional(Schema.Array(VariableName), {
    doc: "Variables whose values may be shown although their names look like secrets.",
    type: "text[]",
    default: "[]",
    class: "live"
  }),
  user: optional(
    refusing(
      Schema.Union([Text.check(Schema.makeFilter((name) => name !== "")), Count(0, 4_294_967_294)]),
      expecting("a user's name or a uid")
    ),
    {
      doc: "Whom it runs as: a user's name, or a uid.",
      type: "text | number",
      default: "the user that reeve runs as",
      class: "restart",
      supervisord: ["user"]
    }
  ),
  userEnvironment: optional(Flag, {
    doc: "Whether HOME, USER, LOGNAME and SHELL follow `user`.",
    type: "boolean",
    default: "true when user is given, else false",
    class: "restart"
  }),
  umask: optional(Umask, {
    doc: 'The file mode creation mask, as octal text such as "022".',
    type: "octal text",
    default: "the umask that reeve was started with",
    class: "restart",
    supervisord: ["umask"]
  }),
  priority: optional(Count(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER), {
    doc: "Lower starts first and stops last.",
    type: "number",
    default: "999",
    class: "live",
    supervisord: ["priority"]
  }),
  start: section(StartSchema, "When it starts, and when it counts as started."),
  restart: section(RestartSchema, "Whether it is started again after its end, and how soon."),
  stop: section(StopSchema, "How it is stopped."),
  ready: optional(ReadySchema, {
    doc: "How it is known that a process is ready: http(), tcp(), exec(), logLine() or notify(). Without it, when it is RUNNING.",
    type: "http() | tcp() | exec() | logLine() | notify()",
    class: "live"
  }),
  liveness: optional(LivenessSchema, {
    doc: "How it is known that a process is still alive; one that is not is stopped, and has ended unexpectedly.",
    type: "http() | tcp() | exec() | notify()",
    class: "live"
  }),
  hooks: section(
    HooksSchema,
    "Commands around its starts and stops: as its user, in its directory; each may take `timeout`, by default 30 seconds."
  ),
  watch: optional(Schema.Array(PathText), {
    doc: "Patterns of files such as `src/**`: a change of one restarts it; `!` in front leaves out.",
    type: "text[]",
    default: "[]",
    class: "live"
  }),
  reload: optional(ReloadSchema, {
    doc: "How it is told to read its files anew instead of being restarted: by changes of files, and by `reeve reload`.",
    type: "section",
    class: "live"
  }),
  dieWithSupervisor: optional(Flag, {
    doc: "Whether its process is killed when the daemon ends, for whatever reason; the next daemon starts it again.",
    type: "boolean",
    default: "false",
    class: "restart"
  }),
  stdin: optional(
    refusing(
      Schema.Union([Schema.Literals(["null", "pipe"]), Schema.Struct({ file: PathText })]),
      expectingOrParts('"null", "pipe" or a record such as { file: "input.txt" }')
    ),
    {
      doc: 'What it reads: "null" is /dev/null, "pipe" a pipe that reeve can write to, or a file.',
      type: '"null" | "pipe" | { file: path }',
      default: '"null"',
      class: "restart"
    }
  ),
  logs: section(LogsSchema, "Where its output goes."),
  limits: section(
    LimitsSchema,
    "Resource limits, soft and hard alike (getrlimit(2)), and its precedence."
  )
}

const commandFacts = {
  doc: "What to run: words, or a string that is split into words by the shell's quoting rules, without a shell.",
  type: "text | text[]",
  class: "restart" as const,
  supervisord: ["command"]
}

export const PerInstanceSchema = Schema.Struct({
  command: optional(CommandSchema, commandFacts),
  ...eachInstance,
  sockets: notHere("all instances of a program share its sockets; declare them beside `instances`")
})
export type PerInstanceChecked = typeof PerInstanceSchema.Type

export const ProgramSchema = Schema.Struct({
  name: optional(Name, {
    doc: "The name it is addressed by, without blanks, colons and slashes. A rename keeps the process.",
    type: "text",
    default:
      "the name of the export, the key in a record, or the name of the file for a default export",
    class: "live"
  }),
  command: required(CommandSchema, commandFacts),
  ...eachInstance,
  dependsOn: optional(
    refusing(DependenciesSchema, expectingRecord('a record such as { db: "ready" }')),
    {
      doc: "What it needs before a process of it is started: names of programs or groups, each with a condition or a record.",
      type: "record of condition or section",
      default: "{}",
      class: "live"
    }
  ),
  sockets: optional(
    refusing(SocketsSchema, expectingRecord('a record such as { http: "127.0.0.1:8080" }')),
    {
      doc: "Listening sockets by name, opened and kept by reeve: its processes get them (LISTEN_FDS), clients wait for them.",
      type: "record of address or section",
      default: "{}",
      class: "restart"
    }
  ),
  update: section(
    UpdateSchema,
    "How its instances are replaced when its definition changes, or a file that it watches."
  ),
  instances: optional(Count(0, programInstances), {
    doc: `How many copies run, from 0 to ${programInstances}. A change does not touch the copies that stay.`,
    type: "number",
    default: "1",
    class: "live",
    supervisord: ["numprocs"]
  }),
  instanceNames: optional(
    refusing(
      Schema.Union([Text, Schema.Array(Text)]),
      expectingOrParts("one text with a marker, or an array of names")
    ),
    {
      doc: "Names of the instances by position, or one text with a marker. A rename keeps the process.",
      type: "text | text[]",
      default: "the name of the program for a single one, else its index",
      class: "live",
      supervisord: ["process_name"]
    }
  ),
  instanceIndexStart: optional(Count(0, 1_000_000), {
    doc: "The index of the first instance.",
    type: "number",
    default: "0",
    class: "replace",
    supervisord: ["numprocs_start"]
  }),
  perInstance: optional(
    Schema.Array(
      refusing(Schema.NullOr(PerInstanceSchema), expectingOrParts("a record of fields, or null"))
    ),
    {
      doc: "What differs for single instances, by position: sections are merged, all else is replaced; null for none.",
      type: "section[]",
      default: "[]",
      class: "by field"
    }
  ),
  protect: optional(Flag, {
    doc: "Whether applying a save on its own must never stop it; `reeve apply` still may.",
    type: "boolean",
    default: "false",
    class: "live"
  }),
  renamedFrom: optional(Name, {
    doc: "The name it had before: its processes go on under the new one.",
    type: "text",
    class: "live"
  })
})
export type ProgramChecked = typeof ProgramSchema.Type
