/**
 * Reread, add, remove and update (supervisord.md 9) over the register of groups and the reconciler. Whatever happens, what runs
 * is what is active: a change that cannot be applied is taken back.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Semaphore from "effect/Semaphore"
import { type GroupContent, GroupRegister } from "../config/GroupRegister.ts"
import { byText } from "../core/byText.ts"
import { Events } from "../events/Events.ts"
import { Listeners } from "../events/Listeners.ts"
import { Reconciler } from "../reconcile/Reconciler.ts"
import { Supervisor } from "../supervise/Supervisor.ts"
import { AlreadyActive, Configuration, NoSuchGroup, StillRunning } from "./Configuration.ts"
import { apply } from "./groups/apply.ts"
import { differenceOf } from "./groups/difference.ts"
import type { Places } from "./groups/Places.ts"
import { updateGroup } from "./groups/update.ts"
import { isStopped } from "./rpc/processes.ts"
import { ConfigRefused } from "./SupervisordControl.ts"

export const ConfigurationLive = Layer.effect(
  Configuration,
  Effect.gen(function* () {
    const places: Places = {
      register: yield* GroupRegister,
      reconciler: yield* Reconciler,
      supervisor: yield* Supervisor,
      events: yield* Events,
      listeners: yield* Listeners
    }
    const { register } = places
    const inTurn = turns()
    return {
      reread: Effect.mapBoth(register.read, {
        onSuccess: () => differenceOf(register),
        onFailure: ({ text }) => new ConfigRefused({ text })
      }),
      pending: Effect.sync(() =>
        register.pending().map(({ group: { name, priority }, programs }) => ({
          name,
          priority,
          programs,
          inUse: register.activeGroup(name) !== undefined
        }))
      ),
      active: Effect.sync(() =>
        register
          .active()
          .toSorted(byPriority)
          .map(({ group }) => group.name)
      ),
      add: (group) => inTurn(group, add(places, group)),
      remove: (group) => inTurn(group, remove(places, group)),
      update: (group) => inTurn(group, updateGroup(places, group))
    } satisfies Configuration["Service"]
  })
)

/** One change of a group at a time; those of different groups run side by side. */
const turns = () => {
  const known = new Map<string, { readonly turn: Semaphore.Semaphore; users: number }>()
  return <A, E>(group: string, work: Effect.Effect<A, E>): Effect.Effect<A, E> =>
    Effect.suspend(() => {
      const entry = known.get(group) ?? { turn: Semaphore.makeUnsafe(1), users: 0 }
      known.set(group, entry)
      entry.users++
      return Effect.ensuring(
        Semaphore.withPermits(entry.turn, 1)(work),
        Effect.sync(() => {
          entry.users--
          if (entry.users === 0) known.delete(group)
        })
      )
    })
}

const add = (places: Places, name: string) =>
  Effect.gen(function* () {
    const { events, listeners, register } = places
    const content = register.pendingGroup(name)
    if (content === undefined) return yield* new NoSuchGroup({ group: name })
    if (register.activeGroup(name) !== undefined) return yield* new AlreadyActive({ group: name })
    register.activate(content)
    // A pool hears of its own group first (6.1).
    listeners.declare(content.programs.flatMap(({ instances }) => instances))
    yield* events.emit({ kind: "group", group: name, change: "added" })
    yield* apply(places, name, () => register.deactivate(name))
  })

const remove = (places: Places, name: string) =>
  Effect.gen(function* () {
    const { events, register, supervisor } = places
    const content = register.activeGroup(name)
    if (content === undefined) return yield* new NoSuchGroup({ group: name })
    const members = supervisor.peek().filter(({ spec }) => spec.group === name)
    if (!members.every(({ state }) => isStopped(state))) {
      return yield* new StillRunning({ group: name })
    }
    register.deactivate(name)
    yield* apply(places, name, () => register.activate(content))
    yield* events.emit({ kind: "group", group: name, change: "removed" })
  })

const byPriority = ({ group: a }: GroupContent, { group: b }: GroupContent): number =>
  a.priority - b.priority || byText(a.name, b.name)
