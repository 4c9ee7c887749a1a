/** What is told of an earlier daemon, and of a keeper that is gone. */
import * as Effect from "effect/Effect"
import { processCount } from "../core/processCount.ts"
import { Events } from "../events/Events.ts"
import { Keeper } from "../os/Keeper.ts"
import { Store } from "../store/Store.ts"
import { Supervisor } from "../supervise/Supervisor.ts"

/** One sentence; null: nothing of an earlier daemon was there. */
export const adoptionText = Effect.gen(function* () {
  const { adoption } = yield* Supervisor
  const { before } = (yield* Keeper).met
  const { ended, processes, resumed } = adoption
  if (!resumed && processes === 0) return null
  const how = before.kind === "died" ? `the daemon before ended ${before.text}: ` : ""
  const whose = before.kind === "died" ? "its run" : "an earlier run"
  const gone = ended === 0 ? "" : `, ${processCount(ended)} ended meanwhile`
  return `${how}${processCount(processes)} of ${whose} ${processes === 1 ? "goes" : "go"} on${gone}`
})

/** Sentences on what was lost, and on processes that nobody can be found for. */
export const losses = Effect.gen(function* () {
  const { begun, rebuilt } = yield* Store
  const { before } = (yield* Keeper).met
  const gone = before.kind === "died" || before.kind === "replaced" ? begun : []
  const unclaimed = yield* (yield* Supervisor).unclaimed
  const nobody = unclaimed.map(
    ({ name, pid }) =>
      `pid ${pid} (${name}) runs from before, and nothing declares it now: it is left alone; end it by hand`
  )
  return [...rebuilt, ...gone, ...nobody]
})

/** Supervision goes on without it; but should this daemon die as well, nobody starts the next one. */
export const tellLostKeeper = Effect.gen(function* () {
  const keeper = yield* Keeper
  const events = yield* Events
  yield* keeper.lost
  const text =
    "the keeper was killed: programs go on, but nobody would start this daemon again; `reeve up` takes it over"
  yield* Effect.logError(text)
  yield* events.emit({ kind: "daemon", text })
})
