/**
 * `[supervisord]` (supervisord.md 1.8): what it says about the daemon, the command line over it, and the variables that it
 * gives to every program. Among reeve's own entries only those variables and `strip_ansi` count, and the rest is told so.
 */
import * as Result from "effect/Result"
import type { SupervisordSettings } from "../../domain/SupervisordConfig.ts"
import type { SupervisordFlags } from "../supervisordFlags.ts"
import { parseEnvironment } from "./environmentList.ts"
import type { Findings } from "./Findings.ts"
import type { IniContext } from "./IniContext.ts"
import { absolutePath } from "./IniContext.ts"
import type { IniDocument } from "./IniDocument.ts"
import { supervisordKeys } from "./knownKeys.ts"
import { existingDirectory, existingPath, normalPath } from "./pathTypes.ts"
import { expand, type Names, namesOf } from "./percentFormat.ts"
import { type SectionReader, sectionReader } from "./SectionReader.ts"
import { boolean, byteSize, integer, logLevel, octal, type Read } from "./valueTypes.ts"

/** The user is looked up last of all, when all of the file has been read. */
export type UnresolvedSettings = Omit<SupervisordSettings, "user"> & {
  readonly user: string | null
}

export interface SupervisordSection {
  readonly environment: ReadonlyMap<string, string>
  readonly stripAnsi: boolean
  /** Null: among reeve's own entries. */
  readonly settings: UnresolvedSettings | null
}

/** `environ` holds `ENV_…` names. */
export const readSupervisord = (
  document: IniDocument,
  context: IniContext,
  environ: ReadonlyMap<string, string>,
  findings: Findings
): SupervisordSection => {
  const section = document.sections.get("supervisord")
  if (section === undefined) return { environment: new Map(), stripAnsi: false, settings: null }
  const reader = sectionReader(document, section, findings)
  const here = new Map([["here", context.here]])
  const names = namesOf(here, environ)
  const { flags } = context
  if (flags === null) warnOfDaemonKeys(reader)
  const settings = flags === null ? null : readSettings(reader, names, flags, context)
  const stripAnsi = settings?.stripAnsi ?? reader.value("strip_ansi", names, boolean, false)
  const machine = new Map([["host_node_name", context.hostname]])
  const written = reader.text("environment", names) ?? ""
  const all = namesOf(machine, here, environ)
  const environment = reader.accept("environment", expandedTwice(written, all), emptyMap)
  return { environment, stripAnsi, settings }
}

const emptyMap: ReadonlyMap<string, string> = new Map()

/** supervisord 4.2 expands this value a second time, so that `%%` has to be written `%%%%`. */
const expandedTwice = (text: string, names: Names): Read<ReadonlyMap<string, string>> =>
  Result.flatMap(expand(text, names, "environment"), parseEnvironment)

const warnOfDaemonKeys = (reader: SectionReader): void => {
  for (const key of supervisordKeys) {
    if (key === "environment" || key === "strip_ansi" || !reader.section.values.has(key)) continue
    reader.warn(
      key,
      `[supervisord] ${key} only counts with reeve supervisord; here it does nothing`
    )
  }
}

/** Each key in supervisord's order, also where the command line says something else: what is wrong is wrong. */
const readSettings = (
  reader: SectionReader,
  names: Names,
  flags: SupervisordFlags,
  context: IniContext
): UnresolvedSettings => {
  const whole = (key: string, fallback: number) => reader.value(key, names, integer, fallback)
  const flag = (key: string) => reader.value(key, names, boolean, false)
  const path = (key: string, fallback: string) =>
    reader.value(key, names, (text) => existingPath(text, context), fallback)
  const directoryAt = <A>(key: string, fallback: A) =>
    reader.value(key, names, (text) => existingDirectory(text, context), fallback)
  const minfds = whole("minfds", 1024)
  const minprocs = whole("minprocs", 200)
  const written = directoryAt("directory", null)
  const user = reader.text("user", names)
  const umask = reader.value("umask", names, octal, 0o022)
  const logfile = path("logfile", "supervisord.log")
  const logfileMaxBytes = reader.value("logfile_maxbytes", names, byteSize, 50 * 1024 * 1024)
  const logfileBackups = whole("logfile_backups", 10)
  const loglevel = reader.value("loglevel", names, logLevel, "info" as const)
  const pidfile = path("pidfile", "supervisord.pid")
  const identifier = reader.text("identifier", names) ?? "supervisor"
  const nodaemon = flag("nodaemon")
  const silent = flag("silent")
  const childlogdir = directoryAt("childlogdir", temporaryDirectory(context))
  const nocleanup = flag("nocleanup")
  const stripAnsi = flag("strip_ansi")
  const log = flags.logfile ?? logfile
  const directory = flags.directory ?? written
  return {
    logfile: log === "syslog" ? log : normalPath(log, context),
    logfileMaxBytes: Math.max(0, flags.logfileMaxBytes ?? logfileMaxBytes),
    logfileBackups: Math.max(0, flags.logfileBackups ?? logfileBackups),
    loglevel: flags.loglevel ?? loglevel,
    pidfile: normalPath(flags.pidfile ?? pidfile, context),
    nodaemon: flags.nodaemon || nodaemon,
    silent: flags.silent || silent,
    minfds: flags.minfds ?? minfds,
    minprocs: flags.minprocs ?? minprocs,
    nocleanup: flags.nocleanup || nocleanup,
    stripAnsi: flags.stripAnsi || stripAnsi,
    // umask(2) looks at nine bits.
    umask: (flags.umask ?? umask) & 0o777,
    directory: directory === null ? null : absolutePath(directory, context),
    user: flags.user ?? user,
    identifier: flags.identifier ?? identifier,
    childlogdir: normalPath(flags.childlogdir ?? childlogdir, context)
  }
}

/** Where Python's `tempfile` puts its files. */
const temporaryDirectory = ({ directory, environment, facts }: IniContext): string => {
  const named = ["TMPDIR", "TEMP", "TMP"].flatMap((name) => environment.get(name) || [])
  const found = [...named, "/tmp", "/var/tmp", "/usr/tmp"].find((path) =>
    facts.isDirectory(absolutePath(path, { directory }))
  )
  return found ?? directory
}
