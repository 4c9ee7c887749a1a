/**
 * reeve's own log before there is one. What writes it takes long to load, and a daemon that follows one that died has programs to
 * take over first: until then its lines wait, with the time at which they were said.
 */
import * as Cause from "effect/Cause"
import * as Logger from "effect/Logger"
import type * as LogLevel from "effect/LogLevel"
import * as References from "effect/References"
import type { LogLine, OwnLog, OwnLogOptions } from "./ownLog.ts"

export interface LateLog {
  readonly logger: Logger.Logger<unknown, void>
  /** For what has no fiber: exceptions that nobody caught. */
  readonly defect: (what: string, error: unknown) => void
  /** Loads the log and writes what waited; the same one each time. */
  readonly open: () => Promise<OwnLog>
  /** Resolves when everything is written, also where the log was not opened before. */
  readonly close: () => Promise<void>
}

export const makeLateLog = (options: OwnLogOptions): LateLog => {
  const waiting: Array<LogLine> = []
  let put = (line: LogLine): void => {
    waiting.push(line)
  }
  const load = async (): Promise<OwnLog> => {
    const { makeOwnLog } = await import("./ownLog.ts")
    const log = makeOwnLog(options)
    put = log.write
    for (const line of waiting.splice(0)) put(line)
    return log
  }
  let opened: Promise<OwnLog> | null = null
  const open = () => {
    opened ??= load()
    return opened
  }
  return {
    logger: effectLogger((line) => put(line)),
    defect: (what, error) => {
      const message = `${what}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`
      put({ level: "fatal", timestamp: new Date().toISOString(), message })
    },
    open,
    close: async () => (await open()).close()
  }
}

const levelOf: Readonly<Record<LogLevel.LogLevel, LogLine["level"]>> = {
  Fatal: "fatal",
  Error: "error",
  Warn: "warn",
  Info: "info",
  Debug: "debug",
  Trace: "trace",
  All: "trace",
  None: "trace"
}

const effectLogger = (put: (line: LogLine) => void): Logger.Logger<unknown, void> =>
  Logger.make(({ cause, date, fiber, logLevel, message }) => {
    const parts = Array.isArray(message) ? message : [message]
    put({
      ...fiber.getRef(References.CurrentLogAnnotations),
      ...(cause.reasons.length > 0 ? { cause: Cause.pretty(cause) } : {}),
      level: levelOf[logLevel],
      timestamp: date.toISOString(),
      message: parts
        .map((part) => (typeof part === "string" ? part : JSON.stringify(part)))
        .join(" ")
    })
  })
