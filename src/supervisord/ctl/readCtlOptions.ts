/**
 * What the client was started with: the command line over `[supervisorctl]` of the configuration file over the defaults
 * (supervisord.md 1.10, 5.1). Reads that one file, without its includes.
 */
import * as Result from "effect/Result"
import { findConfig } from "../../config/findConfig.ts"
import { urlFault } from "../../core/ctl/serverUrl.ts"
import { getopt, type ReadOptions } from "../../core/getopt.ts"
import { repr } from "../../core/ini/pythonText.ts"
import { readCtlSection } from "./readCtlSection.ts"

export interface CtlOptions {
  /** No action was named, or `-i`. */
  readonly interactive: boolean
  readonly prompt: string
  readonly serverUrl: string
  readonly username: string | null
  readonly password: string | null
  readonly historyFile: string | null
  /** The action and its words; empty: a shell. */
  readonly words: ReadonlyArray<string>
}

export type CtlStart =
  | { readonly kind: "run"; readonly options: CtlOptions }
  | { readonly kind: "help" }
  /** Exit 2, with `Error: …` and a second line. */
  | { readonly kind: "usage"; readonly message: string }
  /** Exit 1: where supervisorctl ends in a traceback. */
  | { readonly kind: "broken"; readonly message: string }

/** `bin` is the path by which the client was called; `environment` gives `%(ENV_…)s`. */
export const readCtlOptions = (
  args: ReadonlyArray<string>,
  bin: string,
  environment: ReadonlyMap<string, string>
): CtlStart => {
  const read = readFlags(args)
  if (Result.isFailure(read)) return { kind: "usage", message: read.failure }
  const flags = new Map<string, string>()
  for (const [option, value] of read.success.options) {
    const key = keyOf(option)
    if (key === "help") return { kind: "help" }
    const fault = key === "serverurl" ? urlFault(value) : null
    if (fault !== null) {
      return { kind: "usage", message: `invalid value for ${option} ${repr(value)}: ${fault}` }
    }
    if (flags.has(key)) {
      return { kind: "usage", message: `conflicting command line option ${repr(option)}` }
    }
    flags.set(key, value)
  }
  const file = flags.get("configuration") ?? findConfig(bin)
  const section = readCtlSection(file, environment)
  if (section.kind !== "read") return section
  const words = read.success.rest
  const options: CtlOptions = {
    interactive: words.length === 0 || flags.has("interactive"),
    prompt: section.prompt,
    serverUrl: flags.get("serverurl") ?? section.serverUrl,
    username: flags.get("username") ?? section.username,
    password: flags.get("password") ?? section.password,
    historyFile: flags.get("history_file") ?? section.historyFile,
    words
  }
  return { kind: "run", options }
}

const short = "h?c:is:u:p:r:"
const long = [
  "help",
  "configuration=",
  "interactive",
  "serverurl=",
  "username=",
  "password=",
  "history_file="
]

/** `--history-file`, which supervisorctl's help promises and its parser refuses, is taken for `--history_file`. */
const readFlags = (args: ReadonlyArray<string>): Result.Result<ReadOptions, string> => {
  const read = getopt(args, short, long)
  if (Result.isSuccess(read) || read.failure !== "option --history-file not recognized") return read
  const promised = args.findIndex((word) => /^--history-file(=|$)/.test(word))
  const word = (args[promised] ?? "").replace("--history-file", "--history_file")
  return readFlags(args.with(promised, word))
}

const longNames: ReadonlyMap<string, string> = new Map([
  ["-h", "help"],
  ["-?", "help"],
  ["-c", "configuration"],
  ["-i", "interactive"],
  ["-s", "serverurl"],
  ["-u", "username"],
  ["-p", "password"],
  ["-r", "history_file"]
])

const keyOf = (option: string): string => longNames.get(option) ?? option.slice(2)
