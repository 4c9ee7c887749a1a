/**
 * The command line of `reeve supervisord`: supervisord's options with its error texts (supervisord.md 7.1), and reeve's own
 * `--watch` and `--exit-when`. Pure: what it must know of the machine comes with the context. It prints nothing; what follows
 * `Error: ` on stderr is the failure.
 */
import * as Result from "effect/Result"
import type { SupervisordLevel } from "../domain/SupervisordConfig.ts"
import type { ExitWhen } from "./exitWhen.ts"
import { getopt } from "./getopt.ts"
import type { IniContext } from "./ini/IniContext.ts"
import { existingDirectory, existingPath } from "./ini/pathTypes.ts"
import { repr } from "./ini/pythonText.ts"
import { byteSize, integer, logLevel, octal, type Read } from "./ini/valueTypes.ts"

/** Null and false: not given, so that the file decides. Paths as they were given, with `~` expanded. */
export interface SupervisordFlags {
  readonly configuration: string | null
  readonly user: string | null
  readonly umask: number | null
  readonly directory: string | null
  readonly logfile: string | null
  readonly logfileMaxBytes: number | null
  readonly logfileBackups: number | null
  readonly loglevel: SupervisordLevel | null
  readonly pidfile: string | null
  readonly identifier: string | null
  readonly childlogdir: string | null
  readonly minfds: number | null
  readonly minprocs: number | null
  readonly nodaemon: boolean
  readonly silent: boolean
  readonly nocleanup: boolean
  readonly stripAnsi: boolean
  /** reeve's own: changes of the files are applied when they are saved. */
  readonly watch: boolean
  /** reeve's own: the daemon ends once a process is FATAL, or once all have ended. */
  readonly exitWhen: ExitWhen | null
}

/** `-h` and `-v` count where they stand: what is wrong behind them is not looked at. */
export type SupervisordCall =
  | { readonly kind: "help" }
  | { readonly kind: "version" }
  | { readonly kind: "run"; readonly flags: SupervisordFlags }

export const noFlags: SupervisordFlags = {
  configuration: null,
  user: null,
  umask: null,
  directory: null,
  logfile: null,
  logfileMaxBytes: null,
  logfileBackups: null,
  loglevel: null,
  pidfile: null,
  identifier: null,
  childlogdir: null,
  minfds: null,
  minprocs: null,
  nodaemon: false,
  silent: false,
  nocleanup: false,
  stripAnsi: false,
  watch: false,
  exitWhen: null
}

export type FlagContext = Pick<IniContext, "directory" | "home" | "facts">

/** The words behind `reeve supervisord`. */
export const supervisordFlags = (
  args: ReadonlyArray<string>,
  context: FlagContext
): Read<SupervisordCall> => {
  const read = getopt(args, short, long)
  if (Result.isFailure(read)) return Result.fail(read.failure)
  const { options, rest } = read.success
  if (rest.length > 0) {
    const words = rest.map(repr).join(", ")
    return Result.fail(`positional arguments are not supported: [${words}]`)
  }
  let flags = noFlags
  const given = new Set<string>()
  for (const [option, text] of options) {
    if (option === "-h" || option === "-?" || option === "--help") {
      return Result.succeed({ kind: "help" })
    }
    if (option === "-v" || option === "--version") return Result.succeed({ kind: "version" })
    const known = byOption.get(option)
    if (known === undefined) return Result.fail(`option ${option} not recognized`)
    const set = known.read(text, context)
    if (Result.isFailure(set)) {
      return Result.fail(`invalid value for ${option} ${repr(text)}: ${set.failure}`)
    }
    if (given.has(known.name)) {
      return Result.fail(`conflicting command line option ${repr(option)}`)
    }
    given.add(known.name)
    flags = { ...flags, ...set.success }
  }
  return Result.succeed({ kind: "run", flags })
}

interface Option {
  /** The long name, without `=`. */
  readonly name: string
  /** Null: there is only the long name. */
  readonly letter: string | null
  readonly takesValue: boolean
  readonly read: (text: string, context: FlagContext) => Read<Partial<SupervisordFlags>>
}

const flag = (name: string, letter: string | null, set: Partial<SupervisordFlags>): Option => ({
  name,
  letter,
  takesValue: false,
  read: () => Result.succeed(set)
})

const valued = <A>(
  name: string,
  letter: string | null,
  read: (text: string, context: FlagContext) => Read<A>,
  set: (value: A) => Partial<SupervisordFlags>
): Option => ({
  name,
  letter,
  takesValue: true,
  read: (text, context) => Result.map(read(text, context), set)
})

const anyText = (text: string): Read<string> => Result.succeed(text)

const exitWhenWord = (text: string): Read<ExitWhen> =>
  text === "fatal" || text === "all-exited"
    ? Result.succeed(text)
    : Result.fail("it is neither fatal nor all-exited")

/** An empty path is as none: the file decides. */
const path = (text: string, context: FlagContext): Read<string | null> =>
  Result.map(existingPath(text, context), (found) => (found === "" ? null : found))

const all: ReadonlyArray<Option> = [
  valued("configuration", "c", anyText, (configuration) => ({ configuration })),
  flag("nodaemon", "n", { nodaemon: true }),
  valued("user", "u", anyText, (user) => ({ user })),
  valued("umask", "m", octal, (umask) => ({ umask })),
  valued("directory", "d", existingDirectory, (directory) => ({ directory })),
  valued("logfile", "l", path, (logfile) => ({ logfile })),
  valued("logfile_maxbytes", "y", byteSize, (logfileMaxBytes) => ({ logfileMaxBytes })),
  valued("logfile_backups", "z", integer, (logfileBackups) => ({ logfileBackups })),
  valued("loglevel", "e", logLevel, (loglevel) => ({ loglevel })),
  valued("pidfile", "j", path, (pidfile) => ({ pidfile })),
  valued("identifier", "i", anyText, (identifier) => ({ identifier })),
  valued("childlogdir", "q", existingDirectory, (childlogdir) => ({ childlogdir })),
  valued("minfds", "a", integer, (minfds) => ({ minfds })),
  valued("minprocs", null, integer, (minprocs) => ({ minprocs })),
  flag("nocleanup", "k", { nocleanup: true }),
  flag("strip_ansi", "t", { stripAnsi: true }),
  // Python's profiler has nothing to measure here.
  valued("profile_options", null, anyText, () => ({})),
  flag("silent", "s", { silent: true }),
  flag("watch", null, { watch: true }),
  valued("exit-when", null, exitWhenWord, (exitWhen) => ({ exitWhen }))
]

const byOption: ReadonlyMap<string, Option> = new Map(
  all.flatMap((option) => [
    [`--${option.name}`, option] as const,
    ...(option.letter === null ? [] : [[`-${option.letter}`, option] as const])
  ])
)

const sign = (option: Option, mark: string): string => (option.takesValue ? mark : "")

const short = `h?v${all
  .map((option) => (option.letter === null ? "" : option.letter + sign(option, ":")))
  .join("")}`
const long = ["help", "version", ...all.map((option) => option.name + sign(option, "="))]
