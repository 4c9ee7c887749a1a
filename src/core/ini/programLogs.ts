/** The keys of a program section about its output, which each process may have its own values of. */
import * as Result from "effect/Result"
import type { Definition, LogSink, LogTarget } from "../../domain/Definition.ts"
import { absolutePath, directoryOf, expandUser, type IniContext } from "./IniContext.ts"
import { expand, type Names } from "./percentFormat.ts"
import type { SectionReader } from "./SectionReader.ts"
import { boolean, byteSize, integer, logFileWord, type Read } from "./valueTypes.ts"

export interface LogOptions {
  readonly redirectStderr: boolean
  readonly stripAnsi: boolean
}

export const readLogs = (
  reader: SectionReader,
  names: Names,
  options: LogOptions,
  context: IniContext
): Definition["logs"] => {
  const stdout = readSink(reader, "stdout", names, options, context)
  const stderr = readSink(reader, "stderr", names, options, context)
  if (!options.redirectStderr) return { stdout, stderr }
  if (typeof stderr.file === "object") {
    reader.warn(
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
    reader.warn(
      key,
      `For [${section}], ${key}=syslog but this is deprecated and will be removed.  ` +
        `Use ${stream}_syslog=true to enable syslog instead.`
    )
  }
  if (written === "auto" && maxBytes === 0) {
    reader.warn(
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
    captureMaxBytes: 0,
    events: false
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
    const path = expandUser(text, context)
    const directory = directoryOf(path)
    if (directory !== "" && !context.facts.isDirectory(absolutePath(directory, context))) {
      return Result.fail(`The directory named as part of the path ${text} does not exist`)
    }
    return Result.succeed({ path: absolutePath(path, context) })
  })
