/** Builds desired and actual states in few words, and applies plans to them without processes. */
import { sealInstance } from "../../../src/config/sealInstance.ts"
import { canonicalJson } from "../../../src/core/canonicalJson.ts"
import { type PlanOptions, unattended } from "../../../src/core/planFacts.ts"
import type { Actual, ActualInstance } from "../../../src/domain/Actual.ts"
import type { Definition } from "../../../src/domain/Definition.ts"
import type { Desired, Program } from "../../../src/domain/Desired.ts"
import { noHooks } from "../../../src/domain/Hooks.ts"
import type { InstanceSpec } from "../../../src/domain/Instance.ts"
import type { Process } from "../../../src/domain/State.ts"
import { usualUpdate } from "../../../src/domain/Update.ts"
import { sha256 } from "../../../src/os/sha256.ts"

const sink = {
  file: "auto",
  maxBytes: 50 * 1024 * 1024,
  backups: 10,
  syslog: false,
  stripAnsi: false,
  captureMaxBytes: 0,
  events: false
} as const

export const definition: Definition = {
  description: null,
  command: ["sleep", "1000"],
  directory: null,
  environment: {},
  envFile: [],
  inheritEnvironment: [],
  showEnvironment: [],
  user: null,
  userEnvironment: true,
  ready: null,
  liveness: null,
  update: usualUpdate,
  dieWithSupervisor: false,
  task: null,
  sockets: [],
  dependsOn: {},
  hooks: noHooks,
  watch: [],
  reload: null,
  umask: null,
  priority: 999,
  stdin: "null",
  start: { auto: true, stableAfterMs: 1000, retries: "unlimited" },
  restart: {
    when: "unexpected",
    expectedExitCodes: [0],
    maxLifetimeMs: null,
    lifetimeVariance: 0.1,
    backoff: {
      kind: "exponential",
      initialMs: 1000,
      factor: 2,
      maxMs: 60_000,
      jitter: 0.2,
      resetAfterMs: 60_000,
      pace: "restarts"
    }
  },
  stop: { signal: "TERM", timeoutMs: 10_000, group: "all", command: null },
  logs: { stdout: sink, stderr: sink },
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
  },
  listener: null,
  fastCgi: null
}

export interface ProgramParts {
  readonly name: string
  readonly group?: string
  readonly groupPriority?: number
  readonly instances?: number
  readonly protect?: boolean
  readonly renamedFrom?: string
  readonly line?: number
  readonly definition?: Partial<Definition>
}

export const program = (parts: ProgramParts): Program => {
  const { group = parts.name, instances = 1, name } = parts
  const source = { file: `programs/${name}.ts`, line: parts.line ?? 1, column: 1 }
  const whole = { ...definition, ...parts.definition }
  const specs = Array.from({ length: instances }, (_, index) =>
    sealInstance({
      name: instances === 1 ? name : String(index),
      group,
      groupPriority: parts.groupPriority ?? whole.priority,
      program: name,
      index,
      origin: "typescript",
      source,
      protect: parts.protect ?? false,
      renamedFrom: parts.renamedFrom ?? null,
      definition: whole
    })
  )
  return { name, group, origin: "typescript", source, instances: specs }
}

export const declare = (...programs: ReadonlyArray<Program>): Desired => ({
  programs,
  groups: [],
  supervisor: {
    apply: "auto",
    log: { level: "info", file: null, maxBytes: 0, backups: 0, syslog: false }
  },
  hash: sha256(canonicalJson(programs)),
  git: { commit: "3f2c1ab90d", dirty: false }
})

export const nothing: Actual = { instances: [], scales: [], overrides: [], origin: "live" }

export const processOf = (spec: InstanceSpec, pid: number): Process => ({
  spawnId: `s${pid}`,
  pid,
  startTicks: pid * 10,
  bootId: "boot",
  spawnedAt: 0,
  revision: spec.revision,
  inherited: ""
})

export const running = (spec: InstanceSpec, pid: number): ActualInstance => ({
  spec,
  state: "RUNNING",
  reason: null,
  process: processOf(spec, pid),
  started: spec,
  since: 0,
  nextAttemptAt: null,
  startedAt: 0,
  stoppedAt: null,
  exit: null,
  spawnError: "",
  failures: 0,
  starts: 1,
  leftovers: [],
  logTrouble: null,
  override: null,
  changedFile: null,
  unreadFile: null,
  wasReady: false,
  hook: null,
  limitsRefused: null,
  ready: null,
  liveness: null,
  told: null,
  successor: null,
  mustRestart: null,
  lastStartTicks: processOf(spec, pid).startTicks
})

/** Everything declared runs, with pids from 4001 on. */
export const allRunning = (desired: Desired): Actual => {
  const specs = desired.programs.flatMap(({ instances }) => instances)
  return { ...nothing, instances: specs.map((spec, at) => running(spec, 4001 + at)) }
}

/** Changes one instance, by address. */
export const where = (
  actual: Actual,
  address: string,
  change: Partial<ActualInstance>
): Actual => ({
  ...actual,
  instances: actual.instances.map((it) => (it.spec.address === address ? { ...it, ...change } : it))
})

export const confirmed: PlanOptions = { ...unattended, confirmed: true, protectedToo: true }
