/** A supervisor on plain data: every command ends at once, unless a test says otherwise. Shows what became of the world. */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { ActualInstance } from "../../../src/domain/Actual.ts"
import type { InstanceKey, InstanceSpec } from "../../../src/domain/Instance.ts"
import { isOver } from "../../../src/domain/Terms.ts"
import {
  NoSuchInstance,
  nothingAdopted,
  type Supervisor
} from "../../../src/supervise/Supervisor.ts"
import type { Fate } from "./model.ts"
import { processOf, running } from "./world.ts"

export interface FakeSupervisor {
  readonly service: Supervisor["Service"]
  readonly instances: Map<InstanceKey, ActualInstance>
  /** `address pid` of what runs, else `address STATE`; sorted. */
  readonly shown: () => ReadonlyArray<string>
  /** How starts end from now on; default "runs". */
  fate: (spec: InstanceSpec) => Fate
  /** Runs before each start, restart, stop and removal, and before an end of waiting. */
  before: (verb: string, key: InstanceKey) => Effect.Effect<void>
}

export const fakeSupervisor = (): FakeSupervisor => {
  const instances = new Map<InstanceKey, ActualInstance>()
  const pids = { next: 1 }
  const named = new Map<InstanceKey, number>()
  const find = (key: InstanceKey): Effect.Effect<ActualInstance, NoSuchInstance> =>
    Effect.suspend(() => {
      const found = instances.get(key)
      return found === undefined ? Effect.fail(new NoSuchInstance({ key })) : Effect.succeed(found)
    })
  const change = (key: InstanceKey, to: (it: ActualInstance) => Partial<ActualInstance>) =>
    Effect.map(Effect.all([find(key), Clock.currentTimeMillis]), ([it, now]) => {
      const changed = to(it)
      const since = changed.process == null ? it.since : now
      instances.set(key, { ...it, since, ...changed })
    })
  const up = ({ spec, started, starts }: ActualInstance): Partial<ActualInstance> => {
    const fate = fake.fate(spec)
    if (fate === "runs") {
      const process = processOf(spec, pids.next++)
      const { startTicks: lastStartTicks } = process
      const begun = { process, lastStartTicks, started: spec, changedFile: null }
      return { state: "RUNNING", ...begun, reason: null, starts: started === null ? 1 : starts + 1 }
    }
    const state = fate === "exits" ? "EXITED" : fate === "fails" ? "FATAL" : "BACKOFF"
    const failed = { process: null, started: spec, changedFile: null }
    return { state, ...failed, reason: { kind: "startFailed", text: "no file" } }
  }
  const down = (): Partial<ActualInstance> => ({ state: "STOPPED", process: null })
  const service: Supervisor["Service"] = {
    adoption: nothingAdopted,
    unclaimed: Effect.succeed([]),
    add: (spec) =>
      Effect.sync(() => {
        const reason = { kind: "neverStarted" } as const
        const fresh = { ...running(spec, 0), ...down(), reason, started: null }
        if (!instances.has(spec.key)) instances.set(spec.key, fresh)
      }),
    remove: (key) =>
      fake
        .before("remove", key)
        .pipe(
          Effect.andThen(find(key)),
          Effect.andThen(Effect.sync(() => void instances.delete(key)))
        ),
    update: (spec) => change(spec.key, () => ({ spec })),
    rename: (from, spec) =>
      Effect.map(find(from), (it) => {
        instances.delete(from)
        instances.set(spec.key, { ...it, spec })
      }),
    start: (key) =>
      Effect.andThen(
        fake.before("start", key),
        change(key, (it) => (it.process === null ? up(it) : {}))
      ),
    stop: (key, origin) =>
      Effect.andThen(
        fake.before("stop", key),
        change(key, ({ state }) =>
          state === "EXITED" || state === "FATAL"
            ? {}
            : {
                ...down(),
                reason: origin.kind === "operator" ? { kind: "operator", who: origin.who } : null
              }
        )
      ),
    restart: (spec) =>
      Effect.andThen(
        fake.before("restart", spec.key),
        change(spec.key, (it) => ({ spec, ...up({ ...it, spec }) }))
      ),
    succeed: (spec) => service.restart(spec, { kind: "shutdown" }, false),
    withdraw: (key) => change(key, () => ({ successor: null })),
    signal: (key) => Effect.asVoid(find(key)),
    reload: (key) => change(key, () => ({ unreadFile: null })),
    writeStdin: (key) => Effect.asVoid(find(key)),
    setOverride: (key, override) => change(key, () => ({ override })),
    noteChange: (key, { effect, path }) =>
      Effect.as(
        change(key, () => (effect === "reload" ? { unreadFile: path } : { changedFile: path })),
        true
      ),
    expireOverride: (key, now) =>
      Effect.sync(() => {
        const found = instances.get(key)
        if (found === undefined || found.override === null || !isOver(found.override, now)) {
          return false
        }
        instances.set(key, { ...found, override: null })
        return true
      }),
    snapshot: Effect.sync(() => [...instances.values()]),
    peek: () => [...instances.values()],
    logPath: () => null,
    beginCommand: (keys) => {
      const command = Math.max(0, ...named.values()) + 1
      for (const key of keys) named.set(key, command)
      return command
    },
    turnOf: (key, command) => ((named.get(key) ?? 0) > command ? null : key),
    get: find,
    until: (key) => Effect.andThen(fake.before("until", key), find(key)),
    shutdown: Effect.void,
    leave: Effect.void
  }
  const fake: FakeSupervisor = {
    service,
    instances,
    shown: () =>
      [...instances.values()]
        .map(({ process, spec, state }) => `${spec.address} ${process?.pid ?? state}`)
        .sort(),
    fate: () => "runs",
    before: () => Effect.void
  }
  return fake
}
