/**
 * Groups and processes by the names that clients use (supervisord.md 4.3). The tables are made anew only when the supervisor
 * shows something new.
 */
import * as Effect from "effect/Effect"
import type { GroupRegister } from "../../config/GroupRegister.ts"
import { byText } from "../../core/byText.ts"
import { splitNamespec } from "../../core/namespec.ts"
import type { ActualInstance } from "../../domain/Actual.ts"
import type { State } from "../../domain/State.ts"
import type { Supervisor } from "../../supervise/Supervisor.ts"
import type { RpcFault } from "../Rpc.ts"
import { fault } from "./fault.ts"

export interface Found {
  readonly group: string
  /** Null: the whole group was meant. */
  readonly process: ActualInstance | null
}

export interface Processes {
  /** BAD_NAME names it as it was given. */
  readonly find: (namespec: string) => Effect.Effect<Found, RpcFault>
  /** One process; the form of a whole group is BAD_NAME. */
  readonly one: (namespec: string) => Effect.Effect<ActualInstance, RpcFault>
  /** By priority and name; a group without processes has none. */
  readonly ofGroup: (group: string) => Effect.Effect<ReadonlyArray<ActualInstance>, RpcFault>
  /** By the priorities and names of groups, then of processes. */
  readonly all: () => ReadonlyArray<ActualInstance>
}

export const makeProcesses = (
  supervisor: Supervisor["Service"],
  register: GroupRegister["Service"]
): Processes => {
  let shown: ReadonlyArray<ActualInstance> | null = null
  let groups: Groups = new Map()
  const current = (): Groups => {
    const now = supervisor.peek()
    if (now !== shown) {
      shown = now
      groups = tableOf(now)
    }
    return groups
  }
  /** Undefined: there is no such group. */
  const members = (group: string): ReadonlyMap<string, ActualInstance> | undefined =>
    current().get(group) ?? (register.activeGroup(group) === undefined ? undefined : noProcess)

  const find = (namespec: string) =>
    Effect.suspend(() => {
      const named = splitNamespec(namespec)
      const { group } = named
      const known = members(group)
      const process = named.process === null ? null : known?.get(named.process)
      return known === undefined || process === undefined
        ? Effect.fail(fault("BAD_NAME", namespec))
        : Effect.succeed({ group, process })
    })
  return {
    find,
    one: (namespec) =>
      Effect.flatMap(find(namespec), ({ process }) =>
        process === null ? Effect.fail(fault("BAD_NAME", namespec)) : Effect.succeed(process)
      ),
    ofGroup: (group) =>
      Effect.suspend(() => {
        const known = members(group)
        return known === undefined
          ? Effect.fail(fault("BAD_NAME", group))
          : Effect.succeed([...known.values()].sort(byPriority))
      }),
    all: () => [...supervisor.peek()].sort(byGroup)
  }
}

/** supervisord.md 2.1: STOPPING is neither running nor stopped. */
export const isRunning = (state: State): boolean =>
  state === "RUNNING" || state === "STARTING" || state === "BACKOFF"
export const isStopped = (state: State): boolean =>
  state === "STOPPED" || state === "EXITED" || state === "FATAL" || state === "UNKNOWN"
export const isSignallable = (state: State): boolean =>
  state === "RUNNING" || state === "STARTING" || state === "STOPPING"

type Groups = ReadonlyMap<string, ReadonlyMap<string, ActualInstance>>

const noProcess: ReadonlyMap<string, ActualInstance> = new Map()

const tableOf = (instances: ReadonlyArray<ActualInstance>): Groups => {
  const groups = new Map<string, Map<string, ActualInstance>>()
  for (const instance of instances) {
    const { group, name } = instance.spec
    const members = groups.get(group)
    if (members === undefined) groups.set(group, new Map([[name, instance]]))
    else members.set(name, instance)
  }
  return groups
}

const byPriority = ({ spec: a }: ActualInstance, { spec: b }: ActualInstance): number =>
  a.definition.priority - b.definition.priority || byText(a.name, b.name)

const byGroup = (a: ActualInstance, b: ActualInstance): number =>
  a.spec.groupPriority - b.spec.groupPriority ||
  byText(a.spec.group, b.spec.group) ||
  byPriority(a, b)
