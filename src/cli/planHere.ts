/** A plan made without the daemon: the files are read here and compared with what the store knows. Never writes. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { plan } from "../core/plan.ts"
import { unattended } from "../core/planFacts.ts"
import { renderProblems } from "../core/renderProblems.ts"
import { storeFiles } from "../daemon/storeFiles.ts"
import { ProcLive } from "../os/ProcLive.ts"
import { observeStore } from "../reconcile/observe.ts"
import { storeReaderLive } from "../store/StoreReaderLive.ts"
import { CliFailure } from "./CliFailure.ts"
import { entriesOfCommand } from "./entriesOfCommand.ts"
import { exitCodes } from "./exitCodes.ts"
import { loadHere } from "./loadHere.ts"
import { pathsOfCommand } from "./pathsOfCommand.ts"
import { screen } from "./screen.ts"

export const planHere = Effect.fnUntraced(function* (paths: ReadonlyArray<string>) {
  const { colour } = yield* screen
  const entries = yield* entriesOfCommand(paths)
  const places = yield* pathsOfCommand(entries[0] ?? null)
  const { desired, warnings } = yield* Effect.mapError(loadHere(entries), ({ problems }) =>
    failed(`The files have errors:\n${renderProblems(problems, { color: colour })}`)
  )
  const actual = yield* observeStore.pipe(
    Effect.provide(Layer.merge(storeReaderLive(storeFiles(places)), ProcLive)),
    Effect.mapError(({ message }) => failed(`${message}.`))
  )
  const options = { ...unattended, mode: desired.supervisor.apply }
  return { plan: plan(desired, actual, options), desired, warnings }
})

const failed = (text: string) => new CliFailure({ text, hint: null, code: exitCodes.failed })
