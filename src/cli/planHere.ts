/** A plan made without the daemon: the files are read here and compared with what the store knows. Never writes. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { plan } from "../core/plan.ts"
import { unattended } from "../core/planFacts.ts"
import { renderProblems } from "../core/renderProblems.ts"
import { storeFiles } from "../daemon/storeFiles.ts"
import { ProcLive } from "../os/ProcLive.ts"
import { observeStore } from "../reconcile/observe.ts"
import { withSourceChanges } from "../reconcile/sourceChanges.ts"
import { StoreReader } from "../store/StoreReader.ts"
import { storeReaderLive } from "../store/StoreReaderLive.ts"
import { CliFailure } from "./CliFailure.ts"
import { entriesOfCommand } from "./entriesOfCommand.ts"
import { exitCodes } from "./exitCodes.ts"
import { loadHere, loadRevisionHere } from "./loadHere.ts"
import { pathsOfCommand } from "./pathsOfCommand.ts"
import { screen } from "./screen.ts"
import { withHeldLimits } from "./withHeldLimits.ts"

/** `rev`: of that git revision; null: the files as they are. */
export const planHere = Effect.fnUntraced(function* (
  paths: ReadonlyArray<string>,
  rev: string | null
) {
  const { colour } = yield* screen
  const entries = yield* entriesOfCommand(paths)
  const places = yield* pathsOfCommand(entries[0] ?? null)
  const load = rev === null ? loadHere(entries) : loadRevisionHere(entries, rev)
  const { desired, warnings } = yield* Effect.mapError(withHeldLimits(load), (failure) =>
    failed(
      failure._tag === "RevisionFailure"
        ? failure.text
        : `The files have errors:\n${renderProblems(failure.problems, { color: colour })}`
    )
  )
  const { actual, pin } = yield* Effect.all({
    actual: observed,
    pin: Effect.flatMap(StoreReader, ({ overrides }) => overrides.pin)
  }).pipe(
    Effect.provide(Layer.merge(storeReaderLive(storeFiles(places)), ProcLive)),
    Effect.mapError(({ message }) => failed(`${message}.`))
  )
  const options = { ...unattended, mode: desired.supervisor.apply, pin }
  return { plan: plan(desired, actual, options), desired, warnings }
})

const observed = Effect.gen(function* () {
  const { processes } = yield* StoreReader
  return yield* withSourceChanges(yield* observeStore, yield* processes.sources)
})

const failed = (text: string) => new CliFailure({ text, hint: null, code: exitCodes.failed })
