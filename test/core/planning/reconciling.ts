/** The reconciler's layers over a fake supervisor and files that a test writes by assignment; the store is real, in memory. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Queue from "effect/Queue"
import * as Stream from "effect/Stream"
import { Loader, LoadFailure } from "../../../src/config/Loader.ts"
import { type SourceChange, SourceWatcher } from "../../../src/config/SourceWatcher.ts"
import { Watcher } from "../../../src/config/Watcher.ts"
import type { ScaleOverride } from "../../../src/domain/Actual.ts"
import type { Desired } from "../../../src/domain/Desired.ts"
import type { EventBody } from "../../../src/domain/Event.ts"
import type { InstanceKey } from "../../../src/domain/Instance.ts"
import type { Problem } from "../../../src/domain/Problem.ts"
import { Events } from "../../../src/events/Events.ts"
import { OperatorLive } from "../../../src/reconcile/OperatorLive.ts"
import { Reconciler } from "../../../src/reconcile/Reconciler.ts"
import { reconcilerLive } from "../../../src/reconcile/ReconcilerLive.ts"
import type { Report } from "../../../src/reconcile/Report.ts"
import { storeLive } from "../../../src/store/StoreLive.ts"
import { Supervisor } from "../../../src/supervise/Supervisor.ts"
import { type FakeSupervisor, fakeSupervisor } from "./FakeSupervisor.ts"

export interface Bench {
  /** What the files say; "broken": they have an error. */
  files: Desired | "broken" | ((scales: ReadonlyArray<ScaleOverride>) => Desired)
  readonly save: (files: Bench["files"]) => Effect.Effect<void>
  /** Names that the loader reports as changing by themselves. */
  unpredictable: ReadonlyArray<string>
  readonly fake: FakeSupervisor
  readonly reports: Array<Report>
  readonly events: Array<EventBody>
  readonly changes: Queue.Queue<void>
  /** Who watches files, as the watcher was told last. */
  followed: ReadonlyArray<InstanceKey>
  readonly sourceChanges: Queue.Queue<ReadonlyArray<SourceChange>>
}

export const newBench = (files: Bench["files"]): Bench => {
  const changes = Effect.runSync(Queue.unbounded<void>())
  const bench: Bench = {
    files,
    save: (now) =>
      Effect.suspend(() => {
        bench.files = now
        return Effect.asVoid(Queue.offer(changes, undefined))
      }),
    unpredictable: [],
    fake: fakeSupervisor(),
    reports: [],
    events: [],
    changes,
    followed: [],
    sourceChanges: Effect.runSync(Queue.unbounded<ReadonlyArray<SourceChange>>())
  }
  return bench
}

export const problem: Problem = {
  severity: "error",
  file: "programs/web.ts",
  line: 3,
  column: 7,
  message: "unexpected token",
  hint: null
}

export const layers = (
  bench: Bench,
  options: { readonly mode?: "auto" | "manual"; readonly stateFile?: string } = {}
) => {
  const loader = Layer.succeed(Loader, {
    loadRevision: () => Effect.die(new Error("no test of this needs revisions")),
    load: (_, scales = []) =>
      Effect.suspend(() => {
        const { files } = bench
        if (files === "broken") {
          return Effect.fail(new LoadFailure({ problems: [problem], inputs: [] }))
        }
        const desired = typeof files === "function" ? files(scales) : files
        const { unpredictable } = bench
        return Effect.succeed({ desired, warnings: [], inputs: [], unpredictable })
      })
  })
  const watcher = Layer.succeed(Watcher, {
    changes: () => Effect.succeed(Stream.fromQueue(bench.changes)),
    watchAlso: () => Effect.void
  })
  const sources = Layer.succeed(SourceWatcher, {
    follow: (specs) =>
      Effect.sync(() => {
        bench.followed = specs.map(({ key }) => key)
      }),
    next: Queue.take(bench.sourceChanges)
  })
  const events = Layer.succeed(Events, {
    emit: (body) => Effect.sync(() => void bench.events.push(body)),
    subscribe: Effect.succeed(Stream.empty),
    follow: Effect.succeed(Effect.never)
  })
  const reconciler = reconcilerLive({
    entries: ["programs"],
    mode: options.mode ?? "auto",
    who: "watcher",
    report: (report) => Effect.sync(() => void bench.reports.push(report))
  })
  const { stateFile = ":memory:" } = options
  return OperatorLive.pipe(
    Layer.provideMerge(reconciler),
    Layer.provideMerge(Layer.mergeAll(loader, watcher, sources, events)),
    Layer.provideMerge(Layer.succeed(Supervisor, bench.fake.service)),
    Layer.provideMerge(storeLive({ stateFile, runtimeFile: ":memory:" }))
  )
}

/** The reconciler runs beside the test, and has booted when this returns. */
export const booted = (bench: Bench) =>
  Effect.gen(function* () {
    const reconciler = yield* Reconciler
    yield* Effect.forkScoped(reconciler.run, { startImmediately: true })
    yield* until("boot", () =>
      bench.reports.some(({ kind }) => kind === "applied" || kind === "fallback" || kind === "held")
    )
    return reconciler
  })

/** Waits for a condition by giving others their turn; a bounded number of turns, so that a fault is a failure. */
export const until = (what: string, holds: () => boolean): Effect.Effect<void> =>
  Effect.gen(function* () {
    for (let turn = 0; turn < 20_000; turn++) {
      if (holds()) return
      yield* Effect.yieldNow
    }
    return yield* Effect.die(new Error(`never came true: ${what}`))
  })
