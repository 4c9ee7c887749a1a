/** What `LogPlane.resume` is, from a simulation's own `configure` and `attach`. */
import * as Effect from "effect/Effect"
import type { LogPlane, Resumed, Resumption, SinkFailure } from "../../../src/logs/LogPlane.ts"

type Parts = Pick<LogPlane["Service"], "configure" | "attach">

export const resumeByParts =
  (parts: Parts): LogPlane["Service"]["resume"] =>
  (wanted) =>
    Effect.forEach(wanted, (one) => resumeOne(parts, one))

const resumeOne = Effect.fnUntraced(function* (parts: Parts, { id, spec, streams }: Resumed) {
  const sink = yield* failureOf(parts.configure(id, spec))
  const tried = sink === null ? streams : []
  const failed = yield* Effect.forEach(tried, ({ fifo, otherwise, streamId }) =>
    failureOf(parts.attach(streamId, fifo, id, otherwise))
  )
  const result: Resumption = { sink, streams: failed }
  return result
})

const failureOf = (part: Effect.Effect<void, SinkFailure>): Effect.Effect<SinkFailure | null> =>
  part.pipe(
    Effect.as(null),
    Effect.catchTag("SinkFailure", (failure) => Effect.succeed(failure))
  )
