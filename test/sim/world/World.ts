/**
 * The simulated machine: processes that follow scripts, a process table with few numbers (so that they are used again soon),
 * signals, zombies, and faults. It knows nothing of the daemon but what the daemon asks of it, and notes every wrong.
 */
import type { Limits } from "../../../src/domain/Definition.ts"
import type { HookName } from "../../../src/domain/Hooks.ts"
import type { InstanceKey, InstanceSpec } from "../../../src/domain/Instance.ts"
import type { ExitStatus } from "../../../src/domain/State.ts"
import type { HookOrder } from "../../../src/os/HookRunner.ts"
import type { Dice } from "./Dice.ts"
import { FaultCount } from "./faults.ts"
import { type Script, steady } from "./scripts.ts"

export const hostPid = 2
/** Adopts what has no subreaper above it, and reaps at once. */
export const initPid = 1

export interface SimProcess {
  readonly pid: number
  readonly startTicks: number
  readonly group: number
  readonly session: number
  parent: number
  /** Null: a descendant of a program, or a stranger. */
  readonly spawnId: string | null
  /** The spawn id of the program that a descendant came from. */
  readonly of: string | null
  readonly owner: "program" | "child" | "stranger"
  readonly script: Script
  readonly bornAt: number
  dead: boolean
  dieAt: number | null
  status: ExitStatus
}

export interface Attempt {
  readonly at: number
  /** Follows renames. */
  key: InstanceKey
  readonly spawnId: string
  readonly spec: InstanceSpec
}

/** How long a hook takes, and how it ends; `afterMs` null: it hangs. */
export interface HookScript {
  readonly afterMs: number | null
  readonly code: number
}

export interface HookRun {
  /** Follows renames. */
  key: InstanceKey
  readonly hook: HookName
  readonly from: number
  /** Null: it runs, or ended with its daemon. */
  to: number | null
}

interface Planned {
  readonly at: number
  readonly act: () => void
}

export const SIGKILL = 9
const stopping: ReadonlySet<number> = new Set([1, 2, 3, 10, 12, 15])

export class World {
  readonly processes = new Map<number, SimProcess>()
  readonly fired = new FaultCount()
  readonly violations: Array<string> = []
  readonly fifos = new Set<string>()
  /** Limits of each process that was started, by its spawn id. */
  readonly limits = new Map<string, Limits>()
  /** Open streams of the log plane, and their FIFOs. */
  readonly streams = new Map<string, string>()
  /** Told of each signal that reached somebody, and of each process that was started. */
  onSignal: (pid: number, signal: number) => void = () => undefined
  onAttempt: (attempt: Attempt) => void = () => undefined
  onStart: (process: SimProcess) => void = () => undefined
  /** Told when a probe looks. */
  onLook: (at: number) => void = () => undefined
  /** Told of what a process tells of itself. */
  onTold: (spawnId: string, text: string) => void = () => undefined
  /** Told of every process that begins and ends, whosever. */
  onBegin: (process: SimProcess) => void = () => undefined
  onEnd: (process: SimProcess) => void = () => undefined
  lastDefectAt = Number.NEGATIVE_INFINITY
  /** Every start that was tried, in order. */
  readonly attempts: Array<Attempt> = []
  readonly trace: Array<string> = []
  /** Spawn ids whose facts could not be journaled, since the disk was full. */
  readonly unjournaled = new Set<string>()
  /** What reeve wrote to its own log. */
  readonly logged: Array<string> = []
  /** Asked at the start of each hook. */
  hookScript: (order: HookOrder) => HookScript = () => ({ afterMs: 0, code: 0 })
  /** Every hook that was run, in order. */
  readonly hookRuns: Array<HookRun> = []
  /** Instances that are being removed, and since when. */
  readonly leaving = new Map<InstanceKey, number>()
  /** The lives that come next; without one, chance decides. */
  readonly script: Array<Script> = []
  /** Faults happen; false: the machine is well-behaved from now on. */
  troubled = true
  diskFull = false
  /** reeve was told to stop. */
  closing = false
  /** The daemon that lives, and its keeper; null: there is none. */
  host: number | null = hostPid
  keeper: number | null = null
  /** Told of each child of the daemon that ended, when the kernel shows it, and of each of the keeper. */
  onZombie: (process: SimProcess) => void = () => undefined
  onOrphan: (process: SimProcess) => void = () => undefined
  /** Each process has a number that none had before. */
  freshPids = false
  readonly dice: Dice
  readonly now: () => number
  private planned: Array<Planned> = []
  private ticks = 1_000
  private freed: Array<number> = []
  private latestPid = 100

  constructor(dice: Dice, now: () => number) {
    this.dice = dice
    this.now = now
  }

  note(text: string): void {
    this.trace.push(`${this.now()}  ${text}`)
  }

  wrong(text: string): void {
    this.note(`WRONG: ${text}`)
    this.violations.push(text)
  }

  plan(at: number, act: () => void): void {
    this.planned.push({ at, act })
  }

  get nextAt(): number | null {
    let next: number | null = null
    for (const { at } of this.planned) if (next === null || at < next) next = at
    return next
  }

  /** Everything that is due. */
  fire(): void {
    const now = this.now()
    const due = this.planned.filter(({ at }) => at <= now)
    this.planned = this.planned.filter(({ at }) => at > now)
    for (const { act } of due) act()
  }

  start(spawnId: string, script: Script): SimProcess {
    const pid = this.freePid()
    const leader = this.make(
      { pid, parent: this.host ?? initPid, spawnId, of: null, owner: "program", script },
      pid
    )
    this.note(`spawn ${spawnId} pid ${pid} ${describeScript(script)}`)
    this.onStart(leader)
    for (const [atMs, text] of script.tells ?? []) {
      this.plan(this.now() + atMs, () => {
        if (!leader.dead) this.onTold(spawnId, text)
      })
    }
    if (script.child !== null) {
      this.fired.add("leavesChild")
      const child = {
        pid: this.freePid(),
        // A leader that ended at once has left it to the daemon.
        parent: leader.dead ? (this.host ?? initPid) : pid,
        spawnId: null,
        of: spawnId,
        script: script.child
      }
      this.make({ ...child, owner: "child" }, pid)
    }
    return leader
  }

  get leaders(): ReadonlyArray<SimProcess> {
    return [...this.processes.values()].filter(({ owner, dead }) => owner === "program" && !dead)
  }

  /** kill(2): null, or the errno. */
  kill(pid: number, signal: number, scope: "process" | "group"): string | null {
    const all = [...this.processes.values()]
    const targets = all.filter((it) => (scope === "group" ? it.group === pid : it.pid === pid))
    if (targets.length === 0) return "ESRCH"
    if (signal === 0) return null
    if (targets.some(({ owner }) => owner === "stranger")) {
      this.wrong(`signal ${signal} was sent to a stranger with pid ${pid}`)
    }
    const reachable = targets.filter(({ script }) => !script.refusesSignals)
    if (reachable.length === 0) {
      this.fired.add("signalRefused")
      return "EPERM"
    }
    this.note(`kill ${scope} ${pid} ${signal}`)
    this.onSignal(pid, signal)
    for (const target of reachable) this.deliver(target, signal)
    return null
  }

  /** A start is tried. */
  attempt(attempt: Attempt): void {
    this.attempts.push(attempt)
    this.onAttempt(attempt)
  }

  /** The kernel forgets a child; its number can be used again, and sometimes is at once, by somebody else. */
  reap(process: SimProcess): void {
    this.processes.delete(process.pid)
    this.freed.push(process.pid)
    if (!this.troubled || !this.dice.chance(0.3) || !this.isFree(process.pid)) return
    this.fired.add("pidReused")
    this.note(`pid ${process.pid} is a stranger's now`)
    const script: Script = { ...steady, dieAfterMs: this.dice.between(1, 60_000) }
    this.make(
      { pid: process.pid, parent: 1, spawnId: null, of: null, owner: "stranger", script },
      process.pid
    )
  }

  private make(
    parts: Pick<SimProcess, "pid" | "parent" | "spawnId" | "of" | "owner" | "script">,
    group: number
  ): SimProcess {
    this.ticks += 1
    const { dieAfterMs, status } = parts.script
    const process: SimProcess = {
      ...parts,
      startTicks: this.ticks,
      group,
      session: group,
      bornAt: this.now(),
      dead: false,
      dieAt: null,
      status
    }
    this.processes.set(process.pid, process)
    this.onBegin(process)
    if (dieAfterMs !== null) this.dieIn(process, dieAfterMs, status)
    return process
  }

  private deliver(process: SimProcess, signal: number): void {
    if (process.dead) return
    const { killDelayMs, termAfterMs } = process.script
    const status = (name: string): ExitStatus => ({
      kind: "signal",
      signal: name,
      number: signal,
      core: false
    })
    if (signal === SIGKILL) {
      if (killDelayMs > 0) this.fired.add("unkillable")
      this.dieIn(process, killDelayMs, status("SIGKILL"))
    } else if (stopping.has(signal)) {
      if (termAfterMs === null) this.fired.add("ignoresTerm")
      else this.dieIn(process, termAfterMs, status("SIGTERM"))
    }
  }

  private dieIn(process: SimProcess, afterMs: number, status: ExitStatus): void {
    const at = this.now() + afterMs
    if (process.dead || (process.dieAt !== null && process.dieAt <= at)) return
    process.dieAt = at
    process.status = status
    const act = (): void => {
      if (!process.dead && process.dieAt === at) this.die(process)
    }
    if (afterMs === 0) act()
    else this.plan(at, act)
  }

  private die(process: SimProcess): void {
    process.dead = true
    this.note(`pid ${process.pid} (${process.owner}) ended: ${JSON.stringify(process.status)}`)
    this.onEnd(process)
    this.bequeath(process.pid, this.reaperAbove(process))
    if (process.parent !== this.host) {
      this.fallTo(process, process.parent)
      return
    }
    const late = process.owner === "program" ? process.script.exitLateMs : 0
    if (late === 0) {
      this.onZombie(process)
      return
    }
    this.fired.add("exitLate")
    this.plan(this.now() + late, () => this.onZombie(process))
  }

  /** The daemon died: its children are its keeper's. */
  loseHost(): void {
    const { host } = this
    this.host = null
    if (host !== null) this.bequeath(host, this.keeper ?? initPid)
  }

  /** The keeper died as well: its children are nobody's. */
  loseKeeper(): void {
    const { keeper } = this
    this.keeper = null
    if (keeper !== null) this.bequeath(keeper, initPid)
  }

  private bequeath(from: number, to: number): void {
    for (const child of this.processes.values()) {
      if (child.parent !== from) continue
      child.parent = to
      if (child.dead) this.fallTo(child, to)
    }
  }

  /** It has ended, and this is its parent. Parents other than ours reap at once. */
  private fallTo(process: SimProcess, parent: number): void {
    if (parent === this.host) this.onZombie(process)
    else if (parent === this.keeper) this.onOrphan(process)
    else this.processes.delete(process.pid)
  }

  private reaperAbove({ parent }: SimProcess): number {
    let above = parent
    while (above !== this.host && above !== this.keeper && above !== initPid) {
      above = this.processes.get(above)?.parent ?? initPid
    }
    return above
  }

  private isFree(pid: number): boolean {
    for (const it of this.processes.values()) {
      if (it.pid === pid || it.group === pid || it.session === pid) return false
    }
    return true
  }

  private freePid(): number {
    if (this.freshPids) {
      this.latestPid += 1
      return this.latestPid
    }
    const again = this.freed.filter((pid) => this.isFree(pid))
    if (again.length > 0 && this.dice.chance(0.5)) {
      this.fired.add("pidReused")
      return this.dice.pick(again)
    }
    for (;;) {
      const pid = this.dice.between(100, 400)
      if (this.isFree(pid)) return pid
    }
  }
}

const describeScript = (script: Script): string => {
  const { child, dieAfterMs, exitLateMs, killDelayMs, refusesSignals, termAfterMs } = script
  return [
    `dies ${dieAfterMs ?? "never"}`,
    `term ${termAfterMs ?? "ignored"}`,
    ...(killDelayMs > 0 ? [`kill takes ${killDelayMs}`] : []),
    ...(exitLateMs > 0 ? [`late ${exitLateMs}`] : []),
    ...(refusesSignals ? ["refuses signals"] : []),
    ...(child === null ? [] : [`child (${describeScript(child)})`])
  ].join(", ")
}
