/** `[program:x]` to its instances, each with a complete definition (supervisord.md 1.11). */
import * as Result from "effect/Result"
import type { Definition } from "../../domain/Definition.ts"
import { noHooks } from "../../domain/Hooks.ts"
import type { InstanceSpec } from "../../domain/Instance.ts"
import { nameLength } from "../../domain/limits.ts"
import { signalName } from "../../domain/Signal.ts"
import { usualUpdate } from "../../domain/Update.ts"
import { byText } from "../byText.ts"
import { parseEnvironment } from "./environmentList.ts"
import type { Findings } from "./Findings.ts"
import { absolutePath, type IniContext } from "./IniContext.ts"
import type { DocumentSection, IniDocument } from "./IniDocument.ts"
import { expand, namesOf } from "./percentFormat.ts"
import { readLogs } from "./programLogs.ts"
import { type ProgramScalars, readScalars } from "./programScalars.ts"
import { repr } from "./pythonText.ts"
import { type SectionReader, sectionReader } from "./SectionReader.ts"
import { processOrGroupName, type Read } from "./valueTypes.ts"

/** What all program sections of a configuration are read with. */
export interface ProgramSetting {
  readonly document: IniDocument
  readonly context: IniContext
  readonly findings: Findings
  /** `ENV_…`: the start environment, and on top of it what `[supervisord]` sets. */
  readonly environ: ReadonlyMap<string, string>
  /** What `[supervisord]` sets for every program. */
  readonly globals: ReadonlyMap<string, string>
  readonly stripAnsi: boolean
}

/** An instance before it has its key, address and revision. */
export type IniInstance = Omit<InstanceSpec, "key" | "address" | "revision">

export interface IniProgram {
  readonly name: string
  readonly section: DocumentSection
  readonly instances: ReadonlyArray<IniInstance>
}

/** What makes a program more than one. */
export type ProgramKind = Pick<Definition, "listener" | "fastCgi" | "stdin">

export const plainProgram: ProgramKind = { listener: null, fastCgi: null, stdin: "pipe" }

export const readProgram = (
  section: DocumentSection,
  group: { readonly name: string; readonly priority: number },
  setting: ProgramSetting,
  kind: ProgramKind = plainProgram
): IniProgram => {
  const { context, document, environ, findings } = setting
  const suffix = ` in section ${repr(section.name)} (file: ${repr(section.file)})`
  const reader = sectionReader(document, section, findings, suffix)
  const name = readName(section, findings, suffix)
  const common = new Map([
    ["here", context.here],
    ["program_name", name],
    ["host_node_name", context.hostname],
    ["group_name", group.name]
  ])
  const scalars = readScalars(reader, namesOf(common, environ), context)
  const instances: Array<IniInstance> = []
  const { numprocs, numprocsStart } = scalars
  for (let index = numprocsStart; index < numprocsStart + numprocs; index += 1) {
    const process = readProcess(reader, scalars, common, index, setting)
    // What is wrong with one process is wrong with all of them, as a rule.
    if (process === null) break
    instances.push({
      name: process.name,
      group: group.name,
      groupPriority: group.priority,
      program: name,
      index,
      origin: "ini",
      source: section.at,
      protect: false,
      renamedFrom: null,
      definition: { ...process.definition, ...kind }
    })
  }
  instances.sort((a, b) => byText(a.name, b.name))
  return { name, section, instances }
}

const readName = (section: DocumentSection, findings: Findings, suffix: string): string => {
  const written = section.name.slice(section.name.indexOf(":") + 1)
  const name = Result.flatMap(processOrGroupName(written), ofGoodLength)
  if (Result.isSuccess(name)) return name.success
  findings.errorAt(section.at, name.failure + suffix)
  return written
}

/** reeve's own rule: names are parts of file names. */
const ofGoodLength = (name: string): Read<string> => {
  if (name === "") return Result.fail("The name is empty")
  return name.length <= nameLength
    ? Result.succeed(name)
    : Result.fail(`The name ${repr(name)} is longer than ${nameLength} characters`)
}

interface ReadProcess {
  readonly name: string
  readonly definition: Omit<Definition, keyof ProgramKind>
}

const readProcess = (
  reader: SectionReader,
  scalars: ProgramScalars,
  common: ReadonlyMap<string, string>,
  index: number,
  setting: ProgramSetting
): ReadProcess | null => {
  const { context, environ, findings, globals, stripAnsi } = setting
  const before = findings.problems.length
  const numbers = new Map([
    ["process_num", index],
    ["numprocs", scalars.numprocs]
  ])
  const listed = expand(
    reader.raw("environment") ?? "",
    namesOf(environ, numbers, common),
    "environment"
  )
  const own = reader.accept("environment", Result.flatMap(listed, parseEnvironment), noVariables)
  const names = namesOf(prefixed(own), environ, numbers, common)
  const directory = reader.text("directory", names)
  const logs = readLogs(reader, names, { ...scalars, stripAnsi }, context)
  const command = reader.text("command", names)
  if (reader.raw("command") === null) {
    reader.fail("command", `program section ${reader.section.name} does not specify a command`)
  }
  const expanded = expand(scalars.processName, names, "process_name")
  const name = reader.accept("process_name", Result.flatMap(expanded, ofGoodLength), null)
  if (command === null || name === null) return null
  if (findings.problems.slice(before).some(({ severity }) => severity === "error")) return null
  const environment = withServerUrl(new Map([...globals, ...own]), scalars.serverurl)
  return {
    name,
    definition: define(scalars, {
      command,
      directory:
        directory === null || directory === "" ? directory : absolutePath(directory, context),
      environment: Object.fromEntries(environment),
      logs
    })
  }
}

const noVariables: ReadonlyMap<string, string> = new Map()

const prefixed = (variables: ReadonlyMap<string, string>): ReadonlyMap<string, string> =>
  new Map([...variables].map(([name, value]) => [`ENV_${name}`, value]))

const withServerUrl = (
  environment: ReadonlyMap<string, string>,
  url: string | null
): ReadonlyMap<string, string> =>
  url === null || url === ""
    ? environment
    : new Map([["SUPERVISOR_SERVER_URL", url], ...environment])

/** Negative times and counts act as 0 in supervisord. */
const define = (
  scalars: ProgramScalars,
  own: Pick<Definition, "command" | "directory" | "environment" | "logs">
): Omit<Definition, keyof ProgramKind> => ({
  ...own,
  description: null,
  envFile: [],
  inheritEnvironment: "all",
  showEnvironment: [],
  user: scalars.user,
  userEnvironment: false,
  ready: null,
  liveness: null,
  update: usualUpdate,
  dieWithSupervisor: false,
  task: null,
  sockets: [],
  // umask(2) looks at nine bits.
  umask: scalars.umask === null ? null : scalars.umask & 0o777,
  priority: scalars.priority,
  dependsOn: {},
  start: {
    auto: scalars.autostart,
    stableAfterMs: millis(scalars.startsecs),
    retries: Math.max(0, scalars.startretries)
  },
  restart: {
    when: scalars.autorestart,
    expectedExitCodes: scalars.exitcodes,
    backoff: {
      kind: "linear",
      stepMs: 1000,
      maxMs: null,
      jitter: 0,
      resetAfterMs: null,
      pace: "starts"
    },
    maxLifetimeMs: null,
    lifetimeVariance: 0.1
  },
  stop: {
    signal: signalName(scalars.stopsignal),
    timeoutMs: millis(scalars.stopwaitsecs),
    group: scalars.stopasgroup ? "all" : scalars.killasgroup ? "kill" : "no",
    command: null
  },
  hooks: noHooks,
  watch: [],
  reload: null,
  limits: {
    openFiles: null,
    processes: null,
    coreSize: null,
    fileSize: null,
    addressSpace: null,
    stack: null,
    lockedMemory: null,
    cpu: null,
    nice: null,
    oomScoreAdjust: null,
    memory: null,
    memoryGraceMs: 10_000,
    memoryMax: null,
    cpus: null,
    tasks: null
  }
})

const millis = (seconds: number): number =>
  Math.min(Math.max(0, seconds) * 1000, Number.MAX_SAFE_INTEGER)
