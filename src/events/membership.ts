/** Who is in the pools and who runs, as the supervisor says; and the pids that listeners are told of. */
import * as Effect from "effect/Effect"
import type { ActualInstance } from "../domain/Actual.ts"
import type { Address, InstanceKey } from "../domain/Instance.ts"
import type { Supervisor } from "../supervise/Supervisor.ts"
import type { Switchboard } from "./Switchboard.ts"

interface Known {
  readonly address: Address
  pid: number | null
}

export const membership = (board: Switchboard, supervisor: Supervisor["Service"]) => {
  const known = new Map<InstanceKey, Known>()

  const find = (key: InstanceKey) => supervisor.get(key).pipe(Effect.orElseSucceed(() => null))

  const take = ({ process, spec, state }: ActualInstance): void => {
    const { address, key } = spec
    known.set(key, { address, pid: process?.pid ?? known.get(key)?.pid ?? null })
    board.join(spec)
    if (!board.isListener(key)) return
    board.runs(key, state === "RUNNING" && process !== null ? stdoutOf(process.spawnId) : null)
  }

  const meet = (key: InstanceKey): Effect.Effect<void> =>
    Effect.map(find(key), (instance) => {
      if (instance !== null) take(instance)
    })

  const renamed = Effect.fnUntraced(function* (key: InstanceKey, from: Address) {
    const instance = yield* find(key)
    if (instance === null) return
    for (const [old, { address }] of known) {
      if (address !== from || old === key) continue
      board.rename(old, instance.spec)
      known.delete(old)
    }
    yield* meet(key)
  })

  /** Everything as it is now, where events were lost. */
  const look = Effect.map(supervisor.snapshot, (instances) => {
    const present = new Set(instances.map(({ spec }) => spec.key))
    for (const key of known.keys()) {
      if (!present.has(key)) forget(key)
    }
    for (const instance of instances) take(instance)
  })

  /** An apply changes what listeners hear of without touching their processes. */
  const renew = Effect.suspend(() => {
    const members = [...board.pools.values()].flatMap((pool) => pool.members)
    return Effect.forEach(members, ({ spec }) => meet(spec.key), { discard: true })
  })

  const forget = (key: InstanceKey): void => {
    known.delete(key)
    board.leave(key)
  }

  const sawPid = (key: InstanceKey, pid: number | null): void => {
    const one = known.get(key)
    if (one !== undefined && pid !== null) one.pid = pid
  }

  /** The pid of the latest process of an instance; 0: not known. */
  const pidOf = (key: InstanceKey): number => known.get(key)?.pid ?? 0

  return { find, meet, renamed, look, renew, forget, sawPid, pidOf } as const
}

/** The stream of a process's stdout in the log plane. */
const stdoutOf = (spawnId: string): string => `${spawnId}.stdout`
