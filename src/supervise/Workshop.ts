/** What all actors share: the services they use and the tables they keep together. */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import * as Scope from "effect/Scope"
import { isBeside } from "../core/besideKey.ts"
import type { Notice } from "../core/readNotice.ts"
import { Events } from "../events/Events.ts"
import { LogPlane } from "../logs/LogPlane.ts"
import { Cgroups } from "../os/Cgroups.ts"
import { Fifo } from "../os/Fifo.ts"
import { HookRunner } from "../os/HookRunner.ts"
import { Host } from "../os/Host.ts"
import { Keeper } from "../os/Keeper.ts"
import { Notices } from "../os/notices/Notices.ts"
import { Proc } from "../os/Proc.ts"
import { Reaper } from "../os/Reaper.ts"
import { Spawner } from "../os/Spawner.ts"
import { type ProcessRecord, Store } from "../store/Store.ts"
import { type AutoLogs, makeAutoLogNames } from "./AutoLogNames.ts"
import { Dependents } from "./Dependents.ts"
import { groupCensus } from "./groupCensus.ts"
import type { Instance } from "./Instance.ts"
import { Launcher } from "./Launcher.ts"
import { makeLives } from "./Lives.ts"
import { MemoryWatch } from "./memory/MemoryWatch.ts"
import { makeOutputPipes } from "./outputPipes.ts"
import { Prober } from "./Prober.ts"
import { ProgramSockets } from "./ProgramSockets.ts"
import { makeSweeper } from "./Sweeper.ts"
import { noStartTurns } from "./startTurn.ts"
import { makeGuard } from "./storeGuard.ts"
import { TransitionFunction } from "./TransitionFunction.ts"

export interface Pipe {
  readonly instance: Instance
  readonly path: string
}

export interface Unclaimed {
  readonly record: ProcessRecord
  /** False: found by its pipes alone, with what its environment says of its name. */
  readonly known: boolean
}

export interface SupervisorOptions {
  /**
   * False: who declares groups emits the events of kind "group" (supervisord mode). Default: the first instance of a group
   * and the end of its last make them.
   */
  readonly announceGroups?: boolean
  /** Where logs with `file: "auto"` are; absolute. */
  readonly logDirectory: string
  /** What programs find as SUPERVISOR_SERVER_URL (supervisord.md 2.5); null: there is no such variable. */
  readonly serverUrl: string | null
  /**
   * Supervisord mode: such logs get supervisord's names (supervisord.md 3.3) and are there as soon as the instance is.
   * Default: reeve's names.
   */
  readonly autoLogs?: AutoLogs
}

/** Of what stands beside the process of an instance nobody hears. */
const publicly = (events: Events["Service"]): Events["Service"] => ({
  ...events,
  emit: (body) => ("instance" in body && isBeside(body.instance) ? Effect.void : events.emit(body))
})

export const makeWorkshop = Effect.fnUntraced(function* (options: SupervisorOptions) {
  const lives = makeLives()
  const events = publicly(yield* Events)
  const clock = yield* Clock.clockWith(Effect.succeed)
  const run = yield* Random.nextIntBetween(0, 36 ** 4 - 1)
  const prefix = `${clock.currentTimeMillisUnsafe().toString(36)}${run.toString(36).padStart(4, "0")}`
  const state = { closing: false, leaving: false, left: false, atWork: 0, spawns: 0 }
  /** Unique over all runs of reeve, and fit for a file name. */
  const nextSpawnId = () => {
    state.spawns += 1
    return `${prefix}-${state.spawns.toString(36)}`
  }
  return {
    ...options,
    autoLogNames:
      options.autoLogs === undefined
        ? null
        : makeAutoLogNames(options.logDirectory, options.autoLogs),
    store: yield* Store,
    events,
    launcher: yield* Launcher,
    spawner: yield* Spawner,
    proc: yield* Proc,
    cgroups: yield* Cgroups,
    fifo: yield* Fifo,
    outputPipes: yield* makeOutputPipes(nextSpawnId),
    logs: yield* LogPlane,
    sockets: yield* ProgramSockets,
    prober: yield* Prober,
    notices: yield* Notices,
    host: yield* Host,
    keeper: yield* Keeper,
    reaper: yield* Reaper,
    hookRunner: yield* HookRunner,
    transition: yield* TransitionFunction,
    guard: makeGuard(),
    census: groupCensus(events, options.announceGroups ?? true),
    lives,
    dependents: new Dependents(),
    memoryWatch: new MemoryWatch(),
    sweeper: yield* makeSweeper(lives),
    /** Leftovers by pid, to hear of their end. */
    leftBehind: new Map<number, Instance>(),
    /** Streams of output that have not ended: whose, and the path of the FIFO. */
    pipes: new Map<string, Pipe>(),
    /** Whose notices those of a process life are, from before its start on; and what was heard and not taken so far. */
    noticeOwners: new Map<string, Instance>(),
    heardNotices: new Map<string, Notice>(),
    /** Of the daemon: what runs beside actors ends with it. */
    scope: yield* Scope.Scope,
    /** Monotonic: when this daemon began to supervise. */
    begunAt: Number(clock.monotonicTimeNanosUnsafe()) / 1e6,
    /** Processes of an earlier daemon whose instance nobody declared so far, by its key or by `group/name`. */
    unclaimed: new Map<string, Unclaimed>(),
    startTurns: noStartTurns(),
    /** `atWork`: actors in the middle of a step. `leaving`, `left`: see leave.ts. */
    state,
    wallNow: () => clock.currentTimeMillisUnsafe(),
    monotonicNow: () => Number(clock.monotonicTimeNanosUnsafe()) / 1e6,
    nextSpawnId
  } as const
})

export type Workshop = Effect.Success<ReturnType<typeof makeWorkshop>>
