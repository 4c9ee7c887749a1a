/**
 * The log plane's main side as a service: names of sinks to numbers, commands to workers, reports to subscribers. No byte of
 * output comes by here unless somebody follows it.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as PubSub from "effect/PubSub"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"
import { type Follower, makeFollower } from "./Follower.ts"
import { type LogEvent, LogPlane, SinkFailure, type SinkId, type SinkSpec } from "./LogPlane.ts"
import type { Report, SinkSettings } from "./Message.ts"
import type { Answer } from "./PlaneWorker.ts"
import type { SinkRecord } from "./SinkRecord.ts"
import { WorkerPool } from "./WorkerPool.ts"

export interface LogPlaneOptions {
  /** The local syslog daemon's datagram socket. Default `/dev/log`. */
  readonly syslogPath?: string
}

/** A target that does not open within it (a hung mount) is unusable. */
const OPEN_TIMEOUT = "5 seconds"
const SETTLE_TIMEOUT = "1 second"
/** Four looks make the second after which a call counts as slow. */
const WATCH_EVERY = "250 millis"
const STOP_TIMEOUT = "2 seconds"

export const logPlaneLive = (options: LogPlaneOptions = {}): Layer.Layer<LogPlane> =>
  Layer.effect(
    LogPlane,
    Effect.suspend(() => make(options))
  )

export const LogPlaneLive: Layer.Layer<LogPlane> = logPlaneLive()

const make = Effect.fnUntraced(function* (options: LogPlaneOptions) {
  const events = yield* PubSub.unbounded<LogEvent>()
  const followers = new Set<Follower>()
  const byName = new Map<string, SinkRecord>()
  const byStream = new Map<string, SinkRecord>()

  const publish = (event: LogEvent): void => {
    PubSub.publishUnsafe(events, event)
  }

  const onReport = (report: Report): void => {
    switch (report.kind) {
      case "trouble":
      case "recovered": {
        const sink = pool.sinks.get(report.sink)?.id
        if (sink === undefined) break
        if (report.kind === "trouble") publish({ kind: "trouble", sink, text: report.text })
        else publish({ kind: "recovered", sink })
        break
      }
      case "ended":
        byStream.get(report.stream)?.streams.delete(report.stream)
        byStream.delete(report.stream)
        publish({ kind: "ended", streamId: report.stream })
        break
      case "closed": {
        const record = pool.sinks.get(report.sink)
        if (record?.dropped !== true) break
        forget(record)
        pool.collect()
        break
      }
      case "chunk":
        copyToFollowers(report)
        break
      case "done":
      case "failed":
      case "apart":
        break
    }
  }

  const copyToFollowers = (report: Report & { readonly kind: "chunk" }): void => {
    const record = pool.sinks.get(report.sink)
    if (record === undefined) return
    const { bytes, place, lost } = report
    for (const follower of followers)
      if (follower.wants(report.sink))
        follower.offer({ sink: record.id, label: record.settings.label, bytes, place, lost })
  }

  const forget = (record: SinkRecord): void => {
    pool.sinks.delete(record.number)
    if (byName.get(nameOf(record.id)) === record) byName.delete(nameOf(record.id))
  }

  const pool = new WorkerPool({ syslogPath: options.syslogPath ?? "/dev/log", onReport })
  const number = () => pool.id()

  yield* Effect.forkScoped(
    Effect.repeat(
      Effect.sync(() => pool.watch()),
      Schedule.spaced(WATCH_EVERY)
    )
  )
  yield* Effect.addFinalizer(() =>
    Effect.callback<void>((resume) => pool.stop(() => resume(Effect.void))).pipe(
      Effect.timeoutOrElse({ duration: STOP_TIMEOUT, orElse: () => Effect.void })
    )
  )

  const configure = (id: SinkId, spec: SinkSpec): Effect.Effect<void, SinkFailure> =>
    Effect.callback<void, SinkFailure>((resume) => {
      const present = byName.get(nameOf(id)) ?? null
      const settings = settingsOf(spec)
      const sink = present?.number ?? pool.newSink()
      pool.configure(sink, settings, present, (answer, worker) => {
        if (answer.kind !== "done") return resume(Effect.fail(failure(answer, spec.path ?? "")))
        if (present !== null) {
          present.settings = settings
          present.dropped = false
          return resume(Effect.void)
        }
        const streams = new Map()
        const record = {
          number: sink,
          id,
          settings,
          worker,
          dropped: false,
          homeless: false,
          streams
        }
        pool.sinks.set(sink, record)
        byName.set(nameOf(id), record)
        resume(Effect.void)
      })
    }).pipe(
      Effect.timeoutOrElse({
        duration: OPEN_TIMEOUT,
        orElse: () => Effect.fail(new SinkFailure({ path: spec.path ?? "", errno: "ETIMEDOUT" }))
      })
    )

  const rename = (from: SinkId, to: SinkId, label: string): Effect.Effect<void> =>
    Effect.callback<void>((resume) => {
      const record = byName.get(nameOf(from))
      if (record === undefined) return resume(Effect.void)
      byName.delete(nameOf(from))
      byName.set(nameOf(to), record)
      record.id = to
      record.settings = { ...record.settings, label }
      const command = { kind: "relabel", id: number(), sink: record.number, label } as const
      pool.ask(record, command, () => resume(Effect.void))
    })

  const drop = (id: SinkId): Effect.Effect<void> =>
    Effect.callback<void>((resume) => {
      const record = byName.get(nameOf(id))
      if (record === undefined) return resume(Effect.void)
      record.dropped = true
      const command = { kind: "drop", id: number(), sink: record.number } as const
      pool.ask(record, command, () => resume(Effect.void))
    })

  const attach = (stream: string, fifo: string, id: SinkId): Effect.Effect<void, SinkFailure> =>
    Effect.callback<void, SinkFailure>((resume) => {
      const record = byName.get(nameOf(id))
      if (record === undefined)
        return resume(Effect.fail(new SinkFailure({ path: fifo, errno: "ENOENT" })))
      const command = { kind: "attach", id: number(), stream, fifo, sink: record.number } as const
      pool.ask(record, command, (answer) => {
        if (answer.kind !== "done") return resume(Effect.fail(failure(answer, fifo)))
        record.streams.set(stream, { fifo, released: false })
        byStream.set(stream, record)
        resume(Effect.void)
      })
    })

  const release = (stream: string): Effect.Effect<void> =>
    Effect.callback<void>((resume) => {
      const record = byStream.get(stream)
      const entry = record?.streams.get(stream)
      if (record === undefined || entry === undefined) return resume(Effect.void)
      entry.released = true
      const command = { kind: "release", id: number(), stream, sink: record.number } as const
      pool.ask(record, command, () => resume(Effect.void))
    })

  const tellFollowed = Effect.callback<void>((resume) => {
    const all = [...followers].some((follower) => follower.wants(0))
    const wanted = [...pool.sinks.keys()].filter((sink) =>
      [...followers].some((f) => f.wants(sink))
    )
    pool.follow(all, wanted, () => resume(Effect.void))
  }).pipe(Effect.timeoutOrElse({ duration: SETTLE_TIMEOUT, orElse: () => Effect.void }))

  const follow = Effect.fnUntraced(function* (sinks: ReadonlyArray<SinkId> | "all") {
    const numbers =
      sinks === "all" ? null : new Set(sinks.flatMap((id) => byName.get(nameOf(id))?.number ?? []))
    const follower = yield* makeFollower(numbers)
    yield* Effect.acquireRelease(
      Effect.andThen(
        Effect.sync(() => followers.add(follower)),
        tellFollowed
      ),
      () =>
        Effect.andThen(
          Effect.sync(() => followers.delete(follower)),
          tellFollowed
        )
    )
    return follower.stream
  })

  const everywhere = (kind: "settle" | "reopen"): Effect.Effect<void> =>
    Effect.callback<void>((resume) => {
      pool.askAll(
        (id) => ({ kind, id }),
        () => resume(Effect.void)
      )
    }).pipe(Effect.timeoutOrElse({ duration: SETTLE_TIMEOUT, orElse: () => Effect.void }))

  return LogPlane.of({
    configure,
    rename,
    drop,
    attach,
    release,
    follow,
    settle: everywhere("settle"),
    reopen: everywhere("reopen"),
    events: Effect.map(PubSub.subscribe(events), Stream.fromSubscription),
    pathOf: (id) => Effect.sync(() => byName.get(nameOf(id))?.settings.path ?? null)
  })
})

const nameOf = (id: SinkId): string => `${id.channel} ${id.instance}`

/** Files that reeve names itself are private; named ones are as an editor would make them. */
const settingsOf = (spec: SinkSpec): SinkSettings => ({
  label: spec.label,
  path: spec.path,
  mode: spec.settings.file === "auto" ? 0o600 : 0o644,
  maxBytes: spec.settings.maxBytes,
  backups: spec.settings.backups,
  syslog: spec.settings.syslog,
  stripAnsi: spec.settings.stripAnsi,
  openAs: spec.openAs
})

const failure = (answer: Answer, path: string): SinkFailure =>
  answer.kind === "failed"
    ? new SinkFailure({ path: answer.path || path, errno: answer.errno })
    : new SinkFailure({ path, errno: "EIO" })
