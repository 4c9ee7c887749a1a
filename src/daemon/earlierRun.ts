/** What an earlier run of reeve left behind: its processes, of which a second copy must never be started, and its files. */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { clearDirectory } from "../os/clearDirectory.ts"
import { Proc } from "../os/Proc.ts"
import { type ProcessRecord, Store } from "../store/Store.ts"

/** Those that still live. The others are put down as ended; how, nobody knows. */
export const earlierRun = Effect.gen(function* () {
  const store = yield* Store
  const proc = yield* Proc
  const records = yield* store.processes.live
  const living: Array<ProcessRecord> = []
  const now = yield* Clock.currentTimeMillis
  for (const record of records) {
    const facts = record.bootId === proc.bootId ? yield* proc.facts(record.pid) : null
    const same = facts !== null && facts.startTicks === record.startTicks && facts.state !== "Z"
    if (same) living.push(record)
    else yield* Effect.ignore(store.processes.exited(record.spawnId, { kind: "unknown" }, now))
  }
  return living
})

/** To be called when nothing of an earlier run lives any more: FIFOs that a killed daemon left are nobody's. */
export const clearFifos = (directory: string): Effect.Effect<void> =>
  Effect.ignore(Effect.try(() => clearDirectory(directory)))

export const earlierRunText = (living: ReadonlyArray<ProcessRecord>): string => {
  const names = living.map(({ address, pid }) => `  ${address} (pid ${pid})`)
  const pids = living.map(({ pid }) => pid).join(" ")
  return [
    "Processes of an earlier run are still alive, so nothing was started:",
    ...names,
    `Stop them (kill ${pids}), then start reeve again.`
  ].join("\n")
}
