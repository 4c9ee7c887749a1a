/**
 * The operator's files as the daemon meets them: a Loader that evaluates templates in memory, a Watcher that is told of
 * saves.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as PubSub from "effect/PubSub"
import * as Queue from "effect/Queue"
import * as Stream from "effect/Stream"
import { Loader, LoadFailure } from "../../../src/config/Loader.ts"
import { type SourceChange, SourceWatcher } from "../../../src/config/SourceWatcher.ts"
import { Watcher } from "../../../src/config/Watcher.ts"
import { desiredOf, type Templates } from "./desired.ts"

export class SimFiles {
  readonly templates: Templates = new Map()
  /** Tells of a file that instances watch. */
  touch: (change: SourceChange) => void = () => undefined
  /** They do not evaluate. */
  broken = false
  /** Tells the watcher. */
  save: () => void = () => undefined
}

const problem = {
  severity: "error",
  file: "programs/x.ts",
  line: 1,
  column: 1,
  message: "this is no program",
  hint: null
} as const

export const simFiles = (files: SimFiles) =>
  Layer.mergeAll(
    Layer.succeed(Loader, {
      loadRevision: () => Effect.die(new Error("there is no git here")),
      load: (_entries, scales = []) =>
        Effect.suspend(() =>
          files.broken
            ? Effect.fail(new LoadFailure({ problems: [problem], inputs: [] }))
            : Effect.succeed({
                desired: desiredOf(files.templates, scales),
                warnings: [],
                inputs: []
              })
        )
    }),
    Layer.effect(
      SourceWatcher,
      Effect.map(Queue.unbounded<SourceChange>(), (touched) => {
        files.touch = (change) => {
          Queue.offerUnsafe(touched, change)
        }
        return { follow: () => Effect.void, next: Queue.takeAll(touched) }
      })
    ),
    Layer.effect(
      Watcher,
      Effect.gen(function* () {
        const saves = yield* PubSub.unbounded<void>()
        files.save = () => {
          PubSub.publishUnsafe(saves, undefined)
        }
        return {
          changes: () =>
            Effect.map(PubSub.subscribe(saves), (subscription) =>
              Stream.fromSubscription(subscription)
            ),
          watchAlso: () => Effect.void
        }
      })
    )
  )
