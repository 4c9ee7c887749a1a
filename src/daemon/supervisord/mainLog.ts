/**
 * supervisord's main log through winston: its line format (supervisord.md 3.1), its file or syslog, and a copy on standard output
 * in the foreground. What is said before it is opened is kept, so that a daemon that may not start touches no file (G39). winston
 * takes long to load: until it is there, when the programs run, lines go the same way without it. A line is written when the turn
 * of the loop that said it is over: a process that follows one that has ended does not wait for the lines about that.
 */
import * as Cause from "effect/Cause"
import * as Logger from "effect/Logger"
import type * as LogLevel from "effect/LogLevel"
import { mainLogLine, supervisordLevels } from "../../core/supervisordLevels.ts"
import { syslogMessage } from "../../core/syslogMessage.ts"
import type { SupervisordLevel, SupervisordSettings } from "../../domain/SupervisordConfig.ts"
import type { ConsoleWriter } from "../../os/ConsoleWriter.ts"
import { localDateTime } from "../../os/localTime.ts"
import { makeSyslogSocket } from "../../os/SyslogSocket.ts"
import { turnEnd } from "../../os/turnEnd.ts"
import { wallClock } from "../../os/wallClock.ts"
import { openRotatedFile, type RotatedFile } from "./RotatedFile.ts"

export interface MainLog {
  readonly logger: Logger.Logger<unknown, void>
  readonly line: (level: SupervisordLevel, text: string) => void
  /** Opens what the settings say and writes what was kept; the errno's name where the file cannot be opened. */
  readonly open: (settings: SupervisordSettings) => string | null
  /** Loads winston; to be called when no program waits to be started. */
  readonly settle: () => Promise<void>
  /** Writes what was said in this turn of the loop. */
  readonly flush: () => void
  readonly reopen: () => void
  /** Removes the file and opens a new one; the errno's name where that failed. */
  readonly clear: () => string | null
  readonly close: () => void
}

interface Kept {
  readonly level: SupervisordLevel
  readonly text: string
}

/** `at`: when it was said, by the wall clock. */
interface Said extends Kept {
  readonly at: number
}

/** Lines before the log is open; more are dropped. */
const keptLines = 10_000

/** `screen` null: nobody sees standard output. */
export const makeMainLog = (screen: ConsoleWriter["Service"] | null): MainLog => {
  const targets: Array<(text: string) => void> = []
  let highest: number = supervisordLevels.info.rank
  let put = (level: SupervisordLevel, message: string): void => {
    if (supervisordLevels[level].rank > highest) return
    for (const write of targets) write(message)
  }
  let closed = false
  let kept: Array<Kept> | null = []
  let file: RotatedFile | null = null
  const { add: putSoon, flush } = turnEnd<Said>((said) => put(said.level, stamped(said)))
  const line = (level: SupervisordLevel, text: string) => {
    if (kept === null) putSoon({ level, text, at: wallClock() })
    else if (kept.length < keptLines) kept.push({ level, text })
  }
  const add = (write: (text: string) => void) => targets.push(write)
  const open = (settings: SupervisordSettings): string | null => {
    highest = supervisordLevels[settings.loglevel].rank
    const { logfile: path } = settings
    const shown = screen !== null && !settings.silent
    const console = standard(path, screen)
    if (console !== null) add(console)
    else if (path === "syslog") add(toSyslog)
    else {
      const opened = openRotatedFile({
        path,
        maxBytes: settings.logfileMaxBytes,
        backups: settings.logfileBackups
      })
      if (typeof opened === "string") return opened
      file = opened
      add((text) => opened.write(`${text}\n`))
    }
    // A log that is standard output already is not shown twice.
    if (shown && console === null) add((text) => screen.out(`${text}\n`))
    const before = kept ?? []
    kept = null
    for (const { level, text } of before) line(level, text)
    return null
  }
  return {
    logger: effectLogger(line),
    line,
    open,
    settle: async () => {
      const { throughWinston } = await import("./throughWinston.ts")
      if (!closed) put = throughWinston(targets, highest)
    },
    flush,
    reopen: () => {
      flush()
      file?.reopen()
    },
    clear: () => {
      flush()
      return file?.clear() ?? null
    },
    close: () => {
      flush()
      closed = true
      put = () => undefined
      file?.close()
    }
  }
}

const stamped = ({ at, level, text }: Said): string =>
  mainLogLine(localDateTime(at), new Date(at).getMilliseconds(), level, text)

/** Descriptors by name are not reopened: a pipe or a terminal that does not read must not stop the daemon. */
const standard = (path: string, screen: ConsoleWriter["Service"] | null) => {
  if (screen === null) return null
  if (path === "/dev/stdout" || path === "/dev/fd/1" || path === "/proc/self/fd/1") {
    return (text: string) => screen.out(`${text}\n`)
  }
  if (path === "/dev/stderr" || path === "/dev/fd/2" || path === "/proc/self/fd/2") {
    return (text: string) => screen.err(`${text}\n`)
  }
  return null
}

const socket = makeSyslogSocket("/dev/log")

/** One message a line; where there is no syslog daemon, it is lost. */
const toSyslog = (text: string): void => {
  for (const part of text.split("\n")) {
    const [first = "", ...rest] = part.split(" ")
    const bytes = new TextEncoder().encode(rest.join(" "))
    socket.send(syslogMessage("supervisord", first, bytes, new Date()))
  }
}

const levelOf: Readonly<Record<LogLevel.LogLevel, SupervisordLevel>> = {
  Fatal: "critical",
  Error: "error",
  Warn: "warn",
  Info: "info",
  Debug: "debug",
  Trace: "trace",
  All: "blather",
  None: "blather"
}

const effectLogger = (
  line: (level: SupervisordLevel, text: string) => void
): Logger.Logger<unknown, void> =>
  Logger.make(({ cause, logLevel, message }) => {
    const parts = Array.isArray(message) ? message : [message]
    const text = parts
      .map((part) => (typeof part === "string" ? part : JSON.stringify(part)))
      .join(" ")
    line(levelOf[logLevel], cause.reasons.length > 0 ? `${text}: ${Cause.pretty(cause)}` : text)
  })
