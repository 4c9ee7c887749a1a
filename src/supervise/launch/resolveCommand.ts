/**
 * From the command of a definition to a file and its words (supervisord.md 2.6): what has a slash is used as it is, anything
 * else is looked up in PATH, where the first entry that exists wins even when it cannot be executed.
 */
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { repr } from "../../core/ini/pythonText.ts"
import { shellWords } from "../../core/shellWords.ts"
import { type FileFacts, Files } from "../../os/Files.ts"
import { LaunchRefused } from "../Launcher.ts"
import type { Identity } from "./identity.ts"

export interface ResolvedCommand {
  readonly file: string
  /** argv[0] as typed. */
  readonly argv: readonly [string, ...ReadonlyArray<string>]
  readonly facts: FileFacts
}

export interface CommandContext {
  readonly identity: Identity
  /** The program's own PATH, else reeve's; null: neither has one. */
  readonly path: string | null
  /** Where relative paths start: the program's directory, else reeve's. */
  readonly directory: string
  /** An ini program's relative path must lead to a file from here, too. */
  readonly alsoFrom: string | null
}

const DEFAULT_PATH = "/bin:/usr/bin:/usr/local/bin"

export const resolveCommand = Effect.fnUntraced(function* (
  command: string | ReadonlyArray<string>,
  context: CommandContext
) {
  const files = yield* Files
  const [name, ...rest] = yield* wordsOf(command)
  if (name === undefined) return yield* notExecutable("command is empty")
  const file = name.includes("/") ? name : ((yield* lookUp(name, context)) ?? name)
  const facts = yield* factsOf(file, context)
  if (facts === null || (facts.kind !== "directory" && !file.includes("/"))) {
    return yield* new LaunchRefused({ kind: "noFile", text: `can't find command ${repr(file)}` })
  }
  const place = `command at ${repr(file)}`
  if (facts.kind === "directory") return yield* notExecutable(`${place} is a directory`)
  if ((facts.mode & 0o111) === 0) return yield* notExecutable(`${place} is not executable`)
  if (!(yield* files.canExecute(from(context.directory, file), context.identity.actor))) {
    return yield* notExecutable(`no permission to run command ${repr(file)}`)
  }
  const resolved: ResolvedCommand = { file, argv: [name, ...rest], facts }
  return resolved
})

/** A path as the process will see it, in a form that does not depend on reeve's own directory. */
export const from = (directory: string, file: string): string =>
  file.startsWith("/") ? file : `${directory}/${file}`

const wordsOf = (command: string | ReadonlyArray<string>) => {
  if (typeof command !== "string") return Effect.succeed(command)
  const words = shellWords(command)
  return Result.isSuccess(words)
    ? Effect.succeed(words.success)
    : notExecutable(`can't parse command ${repr(command)}: ${words.failure}`)
}

const lookUp = Effect.fnUntraced(function* (name: string, context: CommandContext) {
  for (const directory of (context.path ?? DEFAULT_PATH).split(":")) {
    // An empty entry is the current directory.
    const candidate = directory === "" ? `./${name}` : `${directory.replace(/\/+$/, "")}/${name}`
    if ((yield* factsOf(candidate, context)) !== null) return candidate
  }
  return null
})

const factsOf = Effect.fnUntraced(function* (file: string, context: CommandContext) {
  const files = yield* Files
  const look = (path: string) =>
    files.stat(path).pipe(Effect.orElseSucceed((): FileFacts | null => null))
  if (file.startsWith("/")) return yield* look(file)
  const facts = yield* look(from(context.directory, file))
  if (facts === null || context.alsoFrom === null) return facts
  return (yield* look(from(context.alsoFrom, file))) === null ? null : facts
})

const notExecutable = (text: string) => new LaunchRefused({ kind: "notExecutable", text })
