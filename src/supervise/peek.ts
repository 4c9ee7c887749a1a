/**
 * The snapshot for readers who come hundreds of times a second: synchronous, and the same objects as long as nothing changed,
 * so that what was made from them can be kept. It compares instead of being told, and so cannot miss a change.
 */
import { compareInstances } from "../core/shutdownOrder.ts"
import type { ActualInstance } from "../domain/Actual.ts"
import type { InstanceKey } from "../domain/Instance.ts"
import { hookAtWork, type Instance, toActual } from "./Instance.ts"
import { isSameSuccessor } from "./succession/successorOf.ts"

interface Entry {
  readonly instance: Instance
  actual: ActualInstance
  leftovers: Instance["leftovers"]
}

/** Sorted like `snapshot`. Processes left behind may have ended since: nobody looks for them here. */
export const makePeek = (
  instances: ReadonlyMap<InstanceKey, Instance>
): (() => ReadonlyArray<ActualInstance>) => {
  let entries: ReadonlyArray<Entry> = []
  let shown: ReadonlyArray<ActualInstance> = []
  return () => {
    const known = sameMembers(entries, instances)
    if (!known) entries = renewed(entries, instances)
    let changed = !known
    for (const entry of entries) changed = refresh(entry) || changed
    if (changed) shown = entries.map(({ actual }) => actual).sort(bySpec)
    return shown
  }
}

const bySpec = (a: ActualInstance, b: ActualInstance): number => compareInstances(a.spec, b.spec)

const sameMembers = (
  entries: ReadonlyArray<Entry>,
  instances: ReadonlyMap<InstanceKey, Instance>
): boolean => {
  if (entries.length !== instances.size) return false
  let at = 0
  for (const instance of instances.values()) {
    if (entries[at]?.instance !== instance) return false
    at++
  }
  return true
}

const renewed = (
  entries: ReadonlyArray<Entry>,
  instances: ReadonlyMap<InstanceKey, Instance>
): ReadonlyArray<Entry> => {
  const before = new Map(entries.map((entry) => [entry.instance, entry]))
  return Array.from(
    instances.values(),
    (instance) =>
      before.get(instance) ?? {
        instance,
        actual: toActual(instance),
        leftovers: instance.leftovers
      }
  )
}

const refresh = (entry: Entry): boolean => {
  if (isCurrent(entry)) return false
  entry.actual = toActual(entry.instance)
  entry.leftovers = entry.instance.leftovers
  return true
}

const isCurrent = ({ actual, instance, leftovers }: Entry): boolean =>
  actual.state === instance.state &&
  actual.process === instance.process &&
  actual.spec === instance.spec &&
  actual.reason === instance.reason &&
  actual.started === instance.started &&
  actual.since === instance.since &&
  actual.nextAttemptAt === instance.nextAttemptAt &&
  actual.startedAt === instance.startedAt &&
  actual.stoppedAt === instance.stoppedAt &&
  actual.exit === instance.exit &&
  actual.spawnError === instance.spawnError &&
  actual.failures === instance.machine.failures &&
  actual.starts === instance.starts &&
  actual.override === instance.override &&
  actual.mustRestart === instance.mustRestart &&
  actual.changedFile === instance.changedFile &&
  actual.unreadFile === instance.unreadFile &&
  actual.wasReady === instance.machine.proven &&
  actual.hook === hookAtWork(instance) &&
  actual.limitsRefused === instance.limitsRefused &&
  actual.ready === instance.ready &&
  actual.liveness === instance.liveness &&
  actual.told === instance.told &&
  leftovers === instance.leftovers &&
  isSameSuccessor(actual.successor, instance) &&
  // Trouble is rare, and its text is made of a table: it is made again each time.
  actual.logTrouble === null &&
  instance.logTrouble.size === 0
