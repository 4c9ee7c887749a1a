/** What the log plane's main side asks of a worker for a sink and for its streams, as calls that answer later. */
import { SinkFailure, type SinkId, type SinkSpec, type StreamPlace } from "./LogPlane.ts"
import type { SinkSettings } from "./Message.ts"
import type { PlaneState } from "./PlaneState.ts"
import type { Answer } from "./PlaneWorker.ts"
import type { SinkRecord } from "./SinkRecord.ts"

/** What failed; null: nothing. */
export type Answered = (failure: SinkFailure | null) => void

/** Defines a sink or changes it in place. One that is opened only after its caller has given up is there all the same. */
export const askToConfigure = (
  state: PlaneState,
  id: SinkId,
  spec: SinkSpec,
  answered: Answered
): void => {
  const { pool } = state
  const present = state.find(id)
  const settings = settingsOf(spec)
  const number = present?.number ?? pool.newSink()
  // At once: the worker may just be saying that the dropped sink is closed.
  if (present !== null) present.dropped = false
  pool.configure(number, settings, present, (answer, worker) => {
    if (answer.kind !== "done") return answered(refused(answer, spec.path ?? ""))
    if (present === null) state.add(number, id, settings, worker)
    else present.settings = settings
    answered(null)
  })
}

/** A worker that answers has it, and has it so. */
export const isConfigured = (state: PlaneState, id: SinkId, spec: SinkSpec): boolean => {
  const record = state.find(id)
  return (
    record !== null &&
    !record.dropped &&
    !record.homeless &&
    state.pool.answers(record.worker) &&
    JSON.stringify(record.settings) === JSON.stringify(settingsOf(spec))
  )
}

/** Null: asked. What a worker cannot open is left to the pool. */
export const attachSoon = (
  state: PlaneState,
  { fifo, streamId: stream, watch = null }: Omit<StreamPlace, "otherwise">,
  id: SinkId
): SinkFailure | null => {
  const record = state.find(id)
  if (record === null) return new SinkFailure({ path: fifo, errno: "ENOENT" })
  const added = { fifo, otherwise: null, watch }
  state.addStream(record, stream, added)
  const named = { id: state.pool.id(), stream, sink: record.number }
  record.worker.ask({ kind: "attach", ...named, ...added }, (answer) => {
    if (answer.kind !== "done") state.pool.notAttached(record, stream, answer)
  })
  return null
}

/** The call that it gives says that nobody waits any more: a stream that is opened after that is released. */
export const askToAttach = (
  state: PlaneState,
  { fifo, otherwise: other, streamId: stream, watch: wanted }: StreamPlace,
  id: SinkId,
  answered: Answered
): (() => void) => {
  const record = state.find(id)
  let givenUp = false
  const giveUp = () => {
    givenUp = true
  }
  if (record === null) {
    answered(new SinkFailure({ path: fifo, errno: "ENOENT" }))
    return giveUp
  }
  const added = { fifo, otherwise: other ?? null, watch: wanted ?? null }
  const named = { id: state.pool.id(), stream, sink: record.number }
  record.worker.ask({ kind: "attach", ...named, ...added }, (answer) => {
    if (answer.kind !== "done") return answered(refused(answer, fifo))
    if (givenUp) return record.worker.ask(releaseOf(state, record, stream), () => undefined)
    state.addStream(record, stream, added)
    answered(null)
  })
  return giveUp
}

export const releaseOf = (state: PlaneState, record: SinkRecord, stream: string) =>
  ({ kind: "release", id: state.pool.id(), stream, sink: record.number }) as const

export const refused = (answer: Answer, path: string): SinkFailure =>
  answer.kind === "failed"
    ? new SinkFailure({ path: answer.path || path, errno: answer.errno })
    : new SinkFailure({ path, errno: "EIO" })

export const timedOut = (path: string): SinkFailure => new SinkFailure({ path, errno: "ETIMEDOUT" })

/** Files that reeve names itself are private; named ones are as an editor would make them. */
const settingsOf = (spec: SinkSpec): SinkSettings => ({
  label: spec.label,
  path: spec.path,
  mode: spec.settings.file === "auto" ? 0o600 : 0o644,
  maxBytes: spec.settings.maxBytes,
  backups: spec.settings.backups,
  // A protocol is no text for people (supervisord.md 1.13).
  syslog: spec.settings.syslog && !spec.protocol,
  stripAnsi: spec.settings.stripAnsi,
  captureMaxBytes: spec.settings.captureMaxBytes,
  events: spec.settings.events,
  protocol: spec.protocol,
  openAs: spec.openAs
})
