/** The keys of a program section about its output, which each process may have its own values of. */
import * as Result from "effect/Result"
import type { Definition, LogSink, LogTarget } from "../../domain/Definition.ts"
import { absolutePath, type IniContext } from "./IniContext.ts"
import { existingPath } from "./pathTypes.ts"
import { expand, type Names } from "./percentFormat.ts"
import type { StreamEvents } from "./programScalars.ts"
import type { SectionReader } from "./SectionReader.ts"
import { boolean, byteSize, integer, logFileWord, type Read } from "./valueTypes.ts"

export interface LogOptions {
  readonly redirectStderr: boolean
  readonly stdoutEvents: StreamEvents
  readonly stderrEvents: StreamEvents
  readonly stripAnsi: boolean
}

export const readLogs = (
  reader: SectionReader,
  names: Names,
  options: LogOptions,
  context: IniContext
): Definition["logs"] => {
  const stdout = readSink(reader, "stdout", names, options, options.stdoutEvents, context)
  const stderr = readSink(reader, "stderr", names, options, options.stderrEvents, context)
  if (!options.redirectStderr) return { stdout, stderr }
  // An empty name opens no file, and counts as one here.
  if (typeof stderr.file === "object" || reader.raw("stderr_logfile") === "") {
    reader.notice(
      "stderr_logfile",
      `For [${reader.section.name}], redirect_stderr=true but stderr_logfile has ` +
        "also been set to a filename, the filename has been ignored"
    )
  }
  return { stdout, stderr: "stdout" }
}

const defaultMaxBytes = 50 * 1024 * 1024

const readSink = (
  reader: SectionReader,
  stream: "stdout" | "stderr",
  names: Names,
  { stripAnsi }: LogOptions,
  events: StreamEvents,
  context: IniContext
): LogSink => {
  const key = `${stream}_logfile`
  const section = reader.section.name
  const written = reader.value<LogTarget | "syslog", "auto">(
    key,
    names,
    (text) => readTarget(text, names, key, context),
    "auto"
  )
  const backups = reader.value(`${key}_backups`, names, integer, 10)
  const maxBytes = reader.value(`${key}_maxbytes`, names, byteSize, defaultMaxBytes)
  const syslog = reader.value(`${stream}_syslog`, names, boolean, false)
  if (written === "syslog") {
    reader.notice(
      key,
      `For [${section}], ${key}=syslog but this is deprecated and will be removed.  ` +
        `Use ${stream}_syslog=true to enable syslog instead.`
    )
  }
  if (written === "auto" && maxBytes === 0) {
    reader.notice(
      reader.raw(key) === null ? `${key}_maxbytes` : key,
      `For [${section}], AUTO logging used for ${key} without rollover, ` +
        "set maxbytes > 0 to avoid filling up filesystem unintentionally"
    )
  }
  return {
    file: written === "syslog" ? "none" : written,
    maxBytes: Math.max(0, maxBytes),
    backups: Math.max(0, backups),
    syslog: syslog || written === "syslog",
    stripAnsi,
    ...events
  }
}

/** supervisord expands the names of log files twice. */
const readTarget = (
  once: string,
  names: Names,
  key: string,
  context: IniContext
): Read<LogTarget | "syslog"> =>
  Result.flatMap(expand(once, names, key), (text): Read<LogTarget | "syslog"> => {
    const word = logFileWord(text)
    if (word !== null) return Result.succeed(word)
    return Result.map(existingPath(text, context), (path) => ({
      path: absolutePath(path, context)
    }))
  })
