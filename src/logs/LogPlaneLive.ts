/**
 * The log plane's main side as a service: each method is a command to the worker that has the sink, and its answer. No byte
 * of output comes by here unless somebody follows it.
 */
import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import type * as Stream from "effect/Stream"
import type { TextPattern } from "../domain/Probe.ts"
import { isRegularFile } from "../os/FollowedFile.ts"
import { answered } from "./answered.ts"
import {
  askToAttach,
  askToConfigure,
  attachSoon,
  isConfigured,
  refused,
  releaseOf,
  timedOut
} from "./asking.ts"
import { makeFollower } from "./Follower.ts"
import {
  type Chunk,
  LogPlane,
  SinkFailure,
  type SinkId,
  type SinkSpec,
  type StreamPlace
} from "./LogPlane.ts"
import { PlaneState } from "./PlaneState.ts"
import { resume } from "./resume.ts"

export interface LogPlaneOptions {
  /** The local syslog daemon's datagram socket. Default `/dev/log`. */
  readonly syslogPath?: string
  /** Whose the lines are, before the label. Default `reeve`. */
  readonly syslogTag?: string
}

/** A target that does not open within it (a hung mount) is unusable. */
const OPEN_MS = 5_000
const SETTLE_MS = 1_000
/** Four looks make the second after which a call counts as slow. */
const WATCH_EVERY = "250 millis"
const STOP_MS = 2_000

export const logPlaneLive = (options: LogPlaneOptions = {}): Layer.Layer<LogPlane> =>
  Layer.effect(
    LogPlane,
    Effect.gen(function* () {
      const toWatch = Latch.makeUnsafe()
      const syslog = {
        path: options.syslogPath ?? "/dev/log",
        tag: options.syslogTag ?? "reeve"
      }
      const state = new PlaneState(syslog, () => toWatch.openUnsafe())
      yield* Effect.forkScoped(Effect.forever(watch(state, toWatch)))
      yield* Effect.addFinalizer(() => stop(state))
      return LogPlane.of({
        configure: (id, spec) => configure(state, id, spec),
        declare: (id, spec) =>
          Effect.sync(() => {
            if (state.find(id) === null) state.declared.set(id, spec)
          }),
        rename: (from, to, label) => rename(state, from, to, label),
        warm: Effect.sync(() => state.pool.warm()),
        drop: (id) => drop(state, id),
        attach: (streamId, fifo, sink, otherwise, watch = null) =>
          attach(state, { streamId, fifo, otherwise, watch }, sink),
        attachSoon: (streamId, fifo, sink, watch = null) =>
          Effect.suspend(() => {
            const refused = attachSoon(state, { streamId, fifo, watch }, sink)
            return refused === null ? Effect.void : Effect.fail(refused)
          }),
        lookFor: (streamId, pattern) => lookFor(state, streamId, pattern),
        resume: (wanted) => resume(state, wanted),
        release: (stream) => release(state, stream),
        remark: (sink, text) => Effect.sync(() => remark(state, sink, text)),
        settle: everywhere(state, "settle"),
        leave: stop(state),
        reopen: everywhere(state, "reopen"),
        follow: (sinks) => follow(state, sinks),
        clear: (id) => clear(state, id),
        events: state.hub.events,
        pathOf: (id) => Effect.sync(() => state.pathOf(id))
      })
    })
  )

/** One look; none is due while nothing is moved or opened. */
const watch = (state: PlaneState, toWatch: Latch.Latch): Effect.Effect<void> =>
  Effect.gen(function* () {
    yield* toWatch.await
    yield* Effect.sleep(WATCH_EVERY)
    if (!state.pool.watch()) toWatch.closeUnsafe()
  })

export const LogPlaneLive: Layer.Layer<LogPlane> = Layer.suspend(() => logPlaneLive())

const configure = (
  state: PlaneState,
  id: SinkId,
  spec: SinkSpec
): Effect.Effect<void, SinkFailure> =>
  Effect.suspend(() =>
    isConfigured(state, id, spec)
      ? Effect.void
      : answered<void, SinkFailure>(
          OPEN_MS,
          () => Effect.fail(timedOut(spec.path ?? "")),
          (answer) => {
            askToConfigure(state, id, spec, (failure) =>
              answer(failure === null ? Effect.void : Effect.fail(failure))
            )
            return undefined
          }
        )
  )

const rename = (state: PlaneState, from: SinkId, to: SinkId, label: string): Effect.Effect<void> =>
  settled((resume) => {
    state.declared.rename(from, to, label)
    const record = state.find(from)
    if (record === null) return resume()
    state.rename(record, to, label)
    const command = { kind: "relabel", id: state.pool.id(), sink: record.number, label } as const
    record.worker.ask(command, resume)
  })

const drop = (state: PlaneState, id: SinkId): Effect.Effect<void> =>
  settled((resume) => {
    state.declared.remove(id)
    const record = state.find(id)
    if (record === null) return resume()
    record.dropped = true
    const command = { kind: "drop", id: state.pool.id(), sink: record.number } as const
    record.worker.ask(command, resume)
  })

const attach = (
  state: PlaneState,
  stream: StreamPlace,
  id: SinkId
): Effect.Effect<void, SinkFailure> =>
  answered<void, SinkFailure>(
    OPEN_MS,
    () => Effect.fail(timedOut(stream.fifo)),
    (answer) =>
      askToAttach(state, stream, id, (failure) =>
        answer(failure === null ? Effect.void : Effect.fail(failure))
      )
  )

const lookFor = (
  state: PlaneState,
  stream: string,
  pattern: TextPattern | null
): Effect.Effect<void> =>
  settled((resume) => {
    const record = state.ofStream(stream)
    const entry = record?.streams.get(stream)
    if (record === null || entry === undefined) return resume()
    entry.watch = pattern
    const named = { id: state.pool.id(), stream, sink: record.number }
    record.worker.ask({ kind: "watch", ...named, watch: pattern }, resume)
  })

const release = (state: PlaneState, stream: string): Effect.Effect<void> =>
  settled((resume) => {
    const record = state.ofStream(stream)
    const entry = record?.streams.get(stream)
    if (record === null || entry === undefined) return resume()
    entry.released = true
    record.worker.ask(releaseOf(state, record, stream), resume)
  })

const remark = (state: PlaneState, id: SinkId, text: string): void => {
  const record = state.find(id)
  const command = { kind: "remark", id: state.pool.id(), sink: record?.number ?? 0, text } as const
  record?.worker.ask(command, () => undefined)
}

const follow = Effect.fnUntraced(function* (
  state: PlaneState,
  sinks: ReadonlyArray<SinkId> | "all"
): Effect.fn.Return<Stream.Stream<Chunk>, never, Scope.Scope> {
  const numbers =
    sinks === "all" ? null : new Set(sinks.flatMap((id) => state.find(id)?.number ?? []))
  const follower = yield* makeFollower(numbers)
  const tell = settled((resume) => {
    const { all, sinks: wanted } = state.wanted()
    state.pool.follow(all, wanted, resume)
  })
  yield* Effect.acquireRelease(
    Effect.andThen(
      Effect.sync(() => state.followers.add(follower)),
      tell
    ),
    () =>
      Effect.andThen(
        Effect.sync(() => state.followers.delete(follower)),
        tell
      )
  )
  return follower.stream
})

const clear = Effect.fnUntraced(function* (state: PlaneState, id: SinkId) {
  const declared = state.declared.get(id)
  if (declared !== null) {
    const { path } = declared
    if (path === null || !(yield* isRegularFile(path))) return
    // It may have been configured meanwhile.
    if (state.find(id) === null) yield* configure(state, id, declared)
  }
  yield* clearOpen(state, id)
})

const clearOpen = (state: PlaneState, id: SinkId): Effect.Effect<void, SinkFailure> =>
  answered<void, SinkFailure>(
    OPEN_MS,
    () => Effect.fail(timedOut(state.find(id)?.settings.path ?? "")),
    (answer) => {
      const record = state.find(id)
      if (record === null) {
        answer(Effect.fail(new SinkFailure({ path: "", errno: "ENOENT" })))
        return undefined
      }
      const path = record.settings.path ?? ""
      const command = { kind: "clear", id: state.pool.id(), sink: record.number } as const
      record.worker.ask(command, (result) =>
        answer(result.kind === "done" ? Effect.void : Effect.fail(refused(result, path)))
      )
      return undefined
    }
  )

const everywhere = (state: PlaneState, kind: "settle" | "reopen"): Effect.Effect<void> =>
  settled((resume) => state.pool.askAll((id) => ({ kind, id }), resume))

const stop = (state: PlaneState): Effect.Effect<void> =>
  settled((resume) => state.pool.stop(resume), STOP_MS)

/** A thread that a hung target keeps obeys later: nobody's stop waits for it. */
const settled = (act: (resume: () => void) => void, ms = SETTLE_MS): Effect.Effect<void> =>
  answered(
    ms,
    () => Effect.void,
    (answer) => {
      act(() => answer(Effect.void))
      return undefined
    }
  )
