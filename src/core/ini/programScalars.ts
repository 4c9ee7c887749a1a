/** The keys of a program section that have one value for all its processes, in the order in which supervisord reads them. */
import type { LogSink } from "../../domain/Definition.ts"
import { programInstances } from "../../domain/limits.ts"
import type { IniContext } from "./IniContext.ts"
import type { Names } from "./percentFormat.ts"
import type { SectionReader } from "./SectionReader.ts"
import { userNamed } from "./userAndGroup.ts"
import {
  autorestart,
  boolean,
  byteSize,
  exitCodes,
  integer,
  octal,
  processOrGroupName,
  signal
} from "./valueTypes.ts"

export interface ProgramScalars {
  readonly priority: number
  readonly autostart: boolean
  readonly autorestart: "always" | "unexpected" | "never"
  readonly startsecs: number
  readonly startretries: number
  readonly stopsignal: number
  readonly stopwaitsecs: number
  readonly stopasgroup: boolean
  readonly killasgroup: boolean
  readonly exitcodes: ReadonlyArray<number>
  readonly redirectStderr: boolean
  readonly numprocs: number
  readonly numprocsStart: number
  /** Null: `SUPERVISOR_SERVER_URL` is left to reeve. */
  readonly serverurl: string | null
  readonly user: string | null
  readonly umask: number | null
  /** Not expanded yet. */
  readonly processName: string
  readonly stdoutEvents: StreamEvents
  readonly stderrEvents: StreamEvents
}

/** What of a stream becomes events. */
export type StreamEvents = Pick<LogSink, "captureMaxBytes" | "events">

export const readScalars = (
  reader: SectionReader,
  names: Names,
  context: IniContext
): ProgramScalars => {
  const whole = (key: string, fallback: number) => reader.value(key, names, integer, fallback)
  const flag = (key: string, fallback: boolean) => reader.value(key, names, boolean, fallback)
  const priority = whole("priority", 999)
  const autostart = flag("autostart", true)
  const restart = reader.value("autorestart", names, autorestart, "unexpected" as const)
  const startsecs = whole("startsecs", 1)
  const startretries = whole("startretries", 3)
  const stopsignal = reader.value("stopsignal", names, signal, 15)
  const stopwaitsecs = whole("stopwaitsecs", 10)
  const stopasgroup = flag("stopasgroup", false)
  const killasgroup = flag("killasgroup", stopasgroup)
  const exitcodes = reader.value("exitcodes", names, exitCodes, [0])
  const redirectStderr = flag("redirect_stderr", false)
  const numprocs = whole("numprocs", 1)
  const numprocsStart = whole("numprocs_start", 0)
  const stdoutEvents = readEvents(reader, names, "stdout")
  const stderrEvents = readEvents(reader, names, "stderr")
  const serverurl = reader.text("serverurl", names)
  const user = reader.value("user", names, (text) => userNamed(text, context.facts), null)
  const umask = reader.value("umask", names, octal, null)
  const written = reader.raw("process_name")
  const processName =
    written === null
      ? "%(program_name)s"
      : reader.accept("process_name", processOrGroupName(written), "%(program_name)s")
  if (numprocs > 1 && !processName.includes("%(process_num)")) {
    const key = written === null ? "numprocs" : "process_name"
    reader.fail(key, "%(process_num) must be present within process_name when numprocs > 1")
  }
  if (stopasgroup && !killasgroup) {
    reader.fail("killasgroup", "Cannot set stopasgroup=true and killasgroup=false")
  }
  if (numprocs > programInstances) {
    reader.fail("numprocs", `numprocs ${numprocs} is above reeve's limit of ${programInstances}`)
  }
  return {
    priority,
    autostart,
    autorestart: restart,
    startsecs,
    startretries,
    stopsignal,
    stopwaitsecs,
    stopasgroup,
    killasgroup,
    exitcodes,
    redirectStderr,
    numprocs: Math.min(numprocs, programInstances),
    numprocsStart,
    serverurl: serverurl !== null && /^\s*auto\s*$/i.test(serverurl) ? null : serverurl,
    user: user === null ? null : user.name,
    umask,
    processName,
    stdoutEvents,
    stderrEvents
  }
}

const readEvents = (
  reader: SectionReader,
  names: Names,
  stream: "stdout" | "stderr"
): StreamEvents => {
  const capture = reader.value(`${stream}_capture_maxbytes`, names, byteSize, 0)
  const events = reader.value(`${stream}_events_enabled`, names, boolean, false)
  return { captureMaxBytes: Math.max(0, capture), events }
}
