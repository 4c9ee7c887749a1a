/**
 * A changed group made as the files say, process by process. supervisord stops the whole group and begins a new one; here a
 * process that did not change and runs goes on. All others come out as they do there: what was stopped or started by hand is
 * forgotten, and autostart decides.
 */
import * as Effect from "effect/Effect"
import type { GroupContent } from "../../config/GroupRegister.ts"
import { sameGroup } from "../../config/sameGroup.ts"
import type { InstanceKey, InstanceSpec } from "../../domain/Instance.ts"
import { NoSuchGroup, type NotApplied } from "../Configuration.ts"
import { who } from "../rpc/Bench.ts"
import { isStopped } from "../rpc/processes.ts"
import { apply } from "./apply.ts"
import type { Places } from "./Places.ts"

export const updateGroup = (
  places: Places,
  name: string
): Effect.Effect<void, NoSuchGroup | NotApplied> =>
  Effect.gen(function* () {
    const { events, listeners, register } = places
    const content = register.pendingGroup(name)
    const before = register.activeGroup(name)
    if (content === undefined || before === undefined) {
      return yield* new NoSuchGroup({ group: name })
    }
    if (sameGroup(before, content)) return
    const ended = yield* leaveToAutostart(places, content)
    // For listeners it is what it is in supervisord: another group of that name.
    listeners.declare(content.programs.flatMap(({ instances }) => instances))
    yield* events.emit({ kind: "group", group: name, change: "removed" })
    yield* events.emit({ kind: "group", group: name, change: "added" })
    register.activate(content)
    const { plan } = yield* apply(places, name, () => register.activate(before))
    for (const { instance } of plan.actions) ended.delete(instance)
    yield* Effect.forEach(ended, (key) => startAgain(places, key), { discard: true })
  })

/** Ends what was done by hand; stops what autostart does not start. Gives those that ended by themselves and start again. */
const leaveToAutostart = ({ supervisor }: Places, { programs }: GroupContent) =>
  Effect.gen(function* () {
    const staying = new Map<InstanceKey, InstanceSpec>(
      programs.flatMap(({ instances }) => instances.map((spec) => [spec.key, spec] as const))
    )
    const ended = new Set<InstanceKey>()
    const work: Array<Effect.Effect<void>> = []
    for (const { override, spec, state } of supervisor.peek()) {
      const wanted = staying.get(spec.key)
      if (wanted === undefined) continue
      const { auto } = wanted.definition.start
      if (auto && (state === "EXITED" || state === "FATAL")) ended.add(spec.key)
      const released = override === null ? Effect.void : supervisor.setOverride(spec.key, null)
      const stopped =
        auto || isStopped(state)
          ? Effect.void
          : supervisor.stop(spec.key, { kind: "operator", who })
      if (override !== null || !auto) work.push(Effect.ignore(Effect.andThen(released, stopped)))
    }
    yield* Effect.all(work, { concurrency: "unbounded", discard: true })
    return ended
  })

const startAgain = ({ supervisor }: Places, key: InstanceKey): Effect.Effect<void> =>
  Effect.ignore(supervisor.start(key, { kind: "operator", who }, false))
