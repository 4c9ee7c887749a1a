/**
 * Where a command writes and what surrounds it: standard output and error, whether somebody watches, the environment.
 * Writing never fails: a reader that went away (`reeve logs | head`) ends the command quietly.
 */
import { userInfo } from "node:os"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

export class Terminal extends Context.Service<
  Terminal,
  {
    readonly out: (text: string) => Effect.Effect<void>
    readonly err: (text: string) => Effect.Effect<void>
    readonly outIsTerminal: boolean
    readonly errIsTerminal: boolean
    /** Of the terminal; 80 where there is none. */
    readonly columns: number
    readonly variable: (name: string) => string | undefined
    readonly environment: ReadonlyMap<string, string>
    readonly directory: string
    /** Login name, or the uid where it has none. */
    readonly user: string
    readonly uid: number
    /** All of standard input. */
    readonly readInput: Effect.Effect<string>
  }
>()("reeve/os/Terminal") {}

export const TerminalLive: Layer.Layer<Terminal> = Layer.sync(Terminal, () => {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", () => process.exit(process.exitCode ?? 0))
  }
  return {
    out: (text) => Effect.sync(() => void process.stdout.write(text)),
    err: (text) => Effect.sync(() => void process.stderr.write(text)),
    outIsTerminal: process.stdout.isTTY === true,
    errIsTerminal: process.stderr.isTTY === true,
    columns: process.stdout.columns ?? 80,
    variable: (name) => process.env[name],
    environment: new Map(
      Object.entries(process.env).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, value] as const]
      )
    ),
    directory: process.cwd(),
    user: loginName(),
    uid: process.getuid?.() ?? 0,
    readInput: Effect.promise(async () => {
      const parts: Array<Buffer> = []
      for await (const part of process.stdin) parts.push(part)
      return Buffer.concat(parts).toString("utf8")
    })
  }
})

const loginName = (): string => {
  try {
    return userInfo().username
  } catch {
    return String(process.getuid?.() ?? 0)
  }
}
