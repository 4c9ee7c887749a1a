/** Processes that an earlier run of reeve started and that still live: a second copy of them must never be started. */
import * as Effect from "effect/Effect"
import { Proc } from "../os/Proc.ts"
import { type ProcessRecord, Store } from "../store/Store.ts"

export const earlierRun = Effect.gen(function* () {
  const store = yield* Store
  const proc = yield* Proc
  const records = yield* store.processes.live
  const living: Array<ProcessRecord> = []
  for (const record of records) {
    if (record.bootId !== proc.bootId) continue
    const facts = yield* proc.facts(record.pid)
    const same = facts !== null && facts.startTicks === record.startTicks && facts.state !== "Z"
    if (same) living.push(record)
  }
  return living
})

export const earlierRunText = (living: ReadonlyArray<ProcessRecord>): string => {
  const names = living.map(({ address, pid }) => `  ${address} (pid ${pid})`)
  const pids = living.map(({ pid }) => pid).join(" ")
  return [
    "Processes of an earlier run are still alive, so nothing was started:",
    ...names,
    `Stop them (kill ${pids}), then run reeve up again.`
  ].join("\n")
}
