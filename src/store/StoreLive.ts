/**
 * The store on SQLite. One writer: whoever holds the lock of the state directory. Single records are on the disk when their
 * call returns; what is done by hand, and journal and instance states, share a commit per turn of the event loop (GroupCommit).
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { keepCompletions } from "./completions.ts"
import { type Durability, GroupCommit, transaction } from "./GroupCommit.ts"
import { readGenerations, writeGenerations } from "./generations.ts"
import { readInstances, writeInstances } from "./instances.ts"
import { readJournal, writeJournal } from "./journal.ts"
import { type Opened, openOrRebuild } from "./openOrRebuild.ts"
import { openRuntime, openState, type StoreFiles, storeFailure } from "./openStore.ts"
import { readOverrides, writeOverrides } from "./overrides.ts"
import { readProcesses, writeProcesses } from "./processes.ts"
import { Store, type StoreFailure } from "./Store.ts"
import { writeSession } from "./session.ts"
import { UnreadRows } from "./UnreadRows.ts"

/** Creates the files where they do not exist; their directories must. */
export const storeLive = (files: StoreFiles): Layer.Layer<Store, StoreFailure> =>
  Layer.effect(
    Store,
    Effect.gen(function* () {
      const now = yield* Clock.currentTimeMillis
      const state = yield* opened(files.stateFile, () =>
        openOrRebuild(files.stateFile, (path) => openState(path, now), { now, lost: lostState })
      )
      const runtime = yield* opened(files.runtimeFile, () =>
        openOrRebuild(files.runtimeFile, (path) => openRuntime(path, now), { now, lost: lostFacts })
      )
      const rebuilt = [state, runtime].flatMap((one) => one.rebuilt ?? [])
      const begun = [state, runtime].flatMap((one) => one.begun ?? [])
      return yield* attempt(files.stateFile)(() =>
        storeOf(files, state.database, runtime.database, { rebuilt, begun })
      )
    })
  )

type Database = ReturnType<typeof openState>

const lostState =
  "history, completed tasks, what was done by hand (stopped, started, scaled); the files that declare programs are not affected"
const lostFacts =
  "states and exits of programs that do not run; those that run are found by the keeper and by their pipes"

const opened = (path: string, open: () => Opened) =>
  Effect.acquireRelease(attempt(path)(open), ({ database }) => Effect.sync(() => database.close()))

/** Runs synchronous work of the database at `path`; whatever it throws is a StoreFailure with one sentence. */
const attempt =
  (path: string) =>
  <A>(work: () => A): Effect.Effect<A, StoreFailure> =>
    Effect.try({ try: work, catch: (cause) => storeFailure(path, cause) })

const readingOf =
  (path: string, unread: UnreadRows) =>
  <A>(work: () => A): Effect.Effect<A, StoreFailure> =>
    unread.warned(attempt(path)(work))

const commits = (
  path: string,
  database: Database,
  durability: Durability,
  onRollback: () => void = () => undefined
) =>
  new GroupCommit({
    database,
    durability,
    onRollback,
    failure: (cause) => storeFailure(path, cause)
  })

/** The store over databases that are open already (openStore). */
export const storeOf = (
  files: StoreFiles,
  state: Database,
  runtime: Database,
  found: Pick<Store["Service"], "begun" | "rebuilt"> = { begun: [], rebuilt: [] }
): Store["Service"] => {
  const unread = new UnreadRows()
  const inState = readingOf(files.stateFile, unread)
  const generations = { ...readGenerations(state, unread.tell), ...writeGenerations(state) }
  const journal = { ...readJournal(state, unread.tell), append: writeJournal(state) }
  const overrides = { ...readOverrides(state), ...writeOverrides(state) }
  const group = commits(files.stateFile, state, "NORMAL")
  const byHand = commits(files.stateFile, state, "FULL")
  return {
    ...found,
    generations: {
      append: (entry) => inState(() => generations.append(entry)),
      setOutcome: (number, outcome, detail) =>
        inState(() => generations.setOutcome(number, outcome, detail)),
      list: (limit) => inState(() => generations.list(limit)),
      get: (number) => inState(() => generations.get(number)),
      latest: inState(generations.latest)
    },
    journal: {
      append: (at, body) =>
        Effect.suspend(() => {
          let id = 0
          const write = () => {
            id = journal.append(at, body)
          }
          return Effect.map(group.submit(write), () => ({ id, at, body }))
        }),
      list: (query) => inState(() => journal.list(query)),
      tail: (query) => inState(() => journal.tail(query))
    },
    overrides: {
      list: inState(overrides.list),
      put: (override) => byHand.submit(() => overrides.put(override)),
      remove: (key) => byHand.submit(() => overrides.remove(key)),
      scales: inState(overrides.scales),
      putScale: (scale) => inState(() => overrides.putScale(scale)),
      removeScale: (owner, program) => inState(() => overrides.removeScale(owner, program)),
      expireScales: (now) => inState(() => overrides.expireScales(now)),
      pin: inState(overrides.pin),
      putPin: (pin) => inState(() => overrides.putPin(pin)),
      removePin: inState(overrides.removePin)
    },
    completions: keepCompletions(state, {
      read: inState,
      tell: unread.tell,
      submit: (write) => byHand.submit(write)
    }),
    ...factsOf(files.runtimeFile, runtime, unread)
  }
}

/** The facts of this boot. */
const factsOf = (
  path: string,
  runtime: Database,
  unread: UnreadRows
): Pick<Store["Service"], "instances" | "processes" | "session"> => {
  const inRuntime = readingOf(path, unread)
  const instances = { ...readInstances(runtime, unread.tell), ...writeInstances(runtime) }
  const processes = { ...readProcesses(runtime), ...writeProcesses(runtime) }
  const session = writeSession(runtime)
  transaction(runtime, "OFF", instances.sweep)
  const facts = commits(path, runtime, "OFF", instances.forget)
  const together = (write: () => void): Effect.Effect<void, StoreFailure> =>
    Effect.tapError(
      inRuntime(() => transaction(runtime, "OFF", write)),
      () => Effect.sync(instances.forget)
    )
  return {
    instances: {
      list: inRuntime(instances.list),
      put: (record) => facts.submit(() => instances.put(record)),
      remove: (key) => facts.submit(() => instances.remove(key))
    },
    session: {
      begin: (bootId) => inRuntime(() => session.begin(bootId)),
      end: inRuntime(session.end)
    },
    processes: {
      intend: (intent, record) =>
        together(() => {
          processes.intend(intent)
          instances.put(record)
        }),
      abandon: (spawnId) => inRuntime(() => processes.abandon(spawnId)),
      started: (record) => inRuntime(() => processes.started(record)),
      exited: (spawnId, status, at) => inRuntime(() => processes.exited(spawnId, status, at)),
      // In its turn: what stands beside it may have handed in records under the key that it had.
      rename: (from, record) =>
        facts.submit(() => {
          const { address, key } = record.spec
          processes.rename(from, key, address)
          if (from !== key) {
            processes.renameBesides(from, key)
            instances.renameBesides(from, key)
            instances.remove(from)
          }
          instances.put(record)
        }),
      succeed: ({ former, from, successor }) =>
        together(() => {
          for (const { resumption, spec } of [former, successor]) {
            if (resumption.spawnId !== null) processes.give(resumption.spawnId, spec.key)
          }
          instances.remove(from)
          instances.put(former)
          instances.put(successor)
        }),
      live: inRuntime(processes.live),
      sources: inRuntime(processes.sources),
      intents: inRuntime(processes.intents),
      owners: (spawnIds) => inRuntime(() => processes.owners(spawnIds)),
      ends: (spawnIds) => inRuntime(() => processes.ends(spawnIds))
    }
  }
}
