/** Instance specifications for tests: supervisord's defaults, changed where a test says so. */
import { sealInstance, type UnsealedInstance } from "../../src/config/sealInstance.ts"
import type { Definition, Limits, LogSink } from "../../src/domain/Definition.ts"
import { noHooks } from "../../src/domain/Hooks.ts"
import type { InstanceSpec } from "../../src/domain/Instance.ts"
import { usualUpdate } from "../../src/domain/Update.ts"
import { iniPolicy } from "./machine.ts"

const limits: Limits = {
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

const sink: LogSink = {
  file: "none",
  maxBytes: 0,
  backups: 0,
  syslog: false,
  stripAnsi: false,
  captureMaxBytes: 0,
  events: false
}

/** Fields that ini programs have no keys for. */
export const beyondIni = {
  ready: null,
  liveness: null,
  update: usualUpdate,
  dieWithSupervisor: false,
  sockets: [],
  dependsOn: {},
  hooks: noHooks,
  watch: [],
  task: null,
  reload: null
} as const

export const definitionOf = (changes: Partial<Definition> = {}): Definition => ({
  description: null,
  command: ["cat"],
  directory: null,
  environment: {},
  envFile: [],
  inheritEnvironment: "all",
  showEnvironment: [],
  user: null,
  userEnvironment: false,
  ...beyondIni,
  umask: null,
  priority: 999,
  stdin: "null",
  ...iniPolicy,
  logs: { stdout: sink, stderr: "stdout" },
  limits,
  listener: null,
  fastCgi: null,
  ...changes
})

export const specOf = (
  parts: Partial<Omit<UnsealedInstance, "definition">> & { readonly name: string },
  definition: Partial<Definition> = {}
): InstanceSpec =>
  sealInstance({
    group: parts.name,
    groupPriority: 999,
    program: parts.name,
    index: 0,
    origin: "ini",
    source: { file: "programs/test.ini", line: 1, column: 1 },
    protect: false,
    renamedFrom: null,
    ...parts,
    definition: definitionOf(definition)
  })
