/** Reads what a daemon left, or writes at this moment. Where a file does not exist, its part is empty. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { readCompletions } from "./completions.ts"
import { readGenerations } from "./generations.ts"
import { readInstances } from "./instances.ts"
import { readJournal } from "./journal.ts"
import { openRuntimeToRead, openStateToRead, type StoreFiles, storeFailure } from "./openStore.ts"
import { readOverrides } from "./overrides.ts"
import { readProcesses } from "./processes.ts"
import type { Tell } from "./rows.ts"
import type { StoreFailure } from "./Store.ts"
import { StoreReader } from "./StoreReader.ts"
import { UnreadRows } from "./UnreadRows.ts"

export const storeReaderLive = (files: StoreFiles): Layer.Layer<StoreReader, StoreFailure> =>
  Layer.effect(
    StoreReader,
    Effect.gen(function* () {
      const state = yield* opened(files.stateFile, openStateToRead)
      const runtime = yield* opened(files.runtimeFile, openRuntimeToRead)
      const unread = new UnreadRows()
      const read =
        <Reader>(path: string, database: typeof state, reader: (of: Open, tell: Tell) => Reader) =>
        <A>(empty: A, ask: (reader: Reader) => A): Effect.Effect<A, StoreFailure> =>
          database === null
            ? Effect.succeed(empty)
            : unread.warned(attempt(path, () => ask(reader(database, unread.tell))))
      const generations = read(files.stateFile, state, readGenerations)
      const journal = read(files.stateFile, state, readJournal)
      const overrides = read(files.stateFile, state, readOverrides)
      const completions = read(files.stateFile, state, readCompletions)
      const instances = read(files.runtimeFile, runtime, readInstances)
      const processes = read(files.runtimeFile, runtime, readProcesses)
      return {
        present: state !== null,
        generations: {
          list: (limit) => generations([], (it) => it.list(limit)),
          get: (number) => generations(null, (it) => it.get(number)),
          latest: generations(null, (it) => it.latest())
        },
        journal: {
          list: (query) => journal([], (it) => it.list(query)),
          tail: (query) => journal([], (it) => it.tail(query))
        },
        overrides: {
          list: overrides([], (it) => it.list()),
          scales: overrides([], (it) => it.scales()),
          pin: overrides(null, (it) => it.pin())
        },
        completions: { list: completions([], (it) => it.list()) },
        instances: { list: instances([], (it) => it.list()) },
        processes: {
          live: processes([], (it) => it.live()),
          sources: processes<Sources>(new Map(), (it) => it.sources())
        }
      }
    })
  )

type Sources = ReturnType<ReturnType<typeof readProcesses>["sources"]>

type Open = NonNullable<ReturnType<typeof openStateToRead>>

const opened = (path: string, open: (path: string) => Open | null) =>
  Effect.acquireRelease(
    attempt(path, () => open(path)),
    (database) => Effect.sync(() => database?.close())
  )

const attempt = <A>(path: string, work: () => A): Effect.Effect<A, StoreFailure> =>
  Effect.try({ try: work, catch: (cause) => storeFailure(path, cause) })
