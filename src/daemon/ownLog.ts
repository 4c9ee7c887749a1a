/**
 * reeve's own log through winston: a rotated file, syslog, and the console in the foreground. Settings change while it runs;
 * trouble with a target costs lines, never the daemon. Output of programs never comes here.
 */
import { rmSync } from "node:fs"
import winston from "winston"
import { syslogMessage } from "../core/syslogMessage.ts"
import type { SupervisorSettings } from "../domain/Desired.ts"
import type { ConsoleWriter } from "../os/ConsoleWriter.ts"
import { errnoOf } from "../os/errnoOf.ts"
import { makeSyslogSocket } from "../os/SyslogSocket.ts"
import { lineTransport } from "./lineTransport.ts"

export type OwnLogSettings = SupervisorSettings["log"]

/** Before any file was read, and where none says otherwise. */
export const defaultSettings: OwnLogSettings = {
  level: "info",
  file: null,
  maxBytes: 50 * 1024 * 1024,
  backups: 10,
  syslog: false
}

export interface LogLine extends Readonly<Record<string, unknown>> {
  readonly level: "fatal" | "error" | "warn" | "info" | "debug" | "trace"
  /** ISO 8601. */
  readonly timestamp: string
  readonly message: string
}

export interface OwnLog {
  readonly write: (line: LogLine) => void
  readonly file: () => string
  /** Takes new settings; the same ones change nothing. */
  readonly configure: (settings: OwnLogSettings) => void
  /** Closes the file and opens it anew (SIGUSR2). */
  readonly reopen: () => void
  /** Removes the file and begins a new one; what kept it from that, or null. */
  readonly clear: () => string | null
  /** Resolves when everything is written. */
  readonly close: () => Promise<void>
}

const levels: Readonly<Record<LogLine["level"], number>> = {
  fatal: 0,
  error: 1,
  warn: 2,
  info: 3,
  debug: 4,
  trace: 5
}

export interface OwnLogOptions {
  readonly defaultFile: string
  /** Null: no console (detached). */
  readonly screen: ConsoleWriter["Service"] | null
}

export const makeOwnLog = (options: OwnLogOptions): OwnLog => {
  let settings = defaultSettings
  const file = () => settings.file ?? options.defaultFile
  const log = winston.createLogger({ levels, level: settings.level, format: line })
  log.on("error", () => undefined)
  const open = () => {
    log.clear()
    log.level = settings.level
    log.add(fileTransport(file(), settings))
    if (settings.syslog) log.add(lineTransport({ write: toSyslog }))
    const { screen } = options
    if (screen !== null) {
      // The rest is in the file, and the foreground shows what happens in its own words.
      const write = (text: string) => screen.err(`reeve: ${withoutTime(text)}\n`)
      log.add(lineTransport({ level: "error", write }))
    }
  }
  open()
  return {
    file,
    write: (line) => {
      log.log(line)
    },
    configure: (wanted) => {
      if (JSON.stringify(wanted) === JSON.stringify(settings)) return
      settings = wanted
      open()
    },
    reopen: open,
    clear: () => {
      try {
        rmSync(file(), { force: true })
      } catch (error) {
        return errnoOf(error)
      }
      open()
      return null
    },
    close: () =>
      new Promise((resolve) => {
        log.once("finish", () => resolve())
        log.end()
      })
  }
}

const withoutTime = (text: string): string => text.slice(text.indexOf(" ") + 1)

const socket = makeSyslogSocket("/dev/log")

/** Where there is no syslog daemon, the lines are in the file all the same. */
const toSyslog = (text: string): void => {
  const bytes = new TextEncoder().encode(withoutTime(text))
  socket.send(syslogMessage("reeve", "daemon", bytes, new Date()))
}

const line = winston.format.printf((info) => {
  const { timestamp, level, message, ...rest } = info
  const more = Object.keys(rest).length === 0 ? "" : ` ${JSON.stringify(rest)}`
  return `${timestamp} ${level} ${message}${more}`
})

const fileTransport = (filename: string, settings: OwnLogSettings) => {
  const transport = new winston.transports.File({
    filename,
    tailable: true,
    options: { flags: "a", mode: 0o600 },
    ...(settings.maxBytes === 0
      ? {}
      : { maxsize: settings.maxBytes, maxFiles: settings.backups + 1 })
  })
  // A full disk or a vanished directory: the lines are lost, and the next ones are tried again.
  transport.on("error", () => undefined)
  return transport
}
