/**
 * The client's side of the contract, over the unix socket. Written by hand over the contract's schemas instead of derived
 * from the endpoints: deriving loads the whole HTTP stack, which a command that answers in 100 ms cannot pay. A test
 * holds that every endpoint of the contract has its method here.
 */
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { Override, ScaleOverride } from "../domain/Actual.ts"
import { Event } from "../domain/Event.ts"
import { Generation, GenerationSummary } from "../domain/Generation.ts"
import { InstanceStatus } from "../domain/Status.ts"
import {
  type ConnectionFailure,
  type UnixRequest,
  unixRequest,
  unixStream
} from "../os/http/unixHttp.ts"
import {
  BadRequest,
  LoadRejected,
  NoRevision,
  PlanIsHeld,
  PlanIsStale,
  Refused,
  StoreTrouble,
  UnknownGeneration,
  UnknownName
} from "./errors.ts"
import {
  ApplyAnswer,
  ApplyRequest,
  DaemonInfo,
  GenerationDiff,
  LogLine,
  PlanAnswer,
  ReconcilerAnswer,
  ReleaseRequest,
  ReloadRequest,
  RenewAnswer,
  RenewRequest,
  RestartRequest,
  ResumeAnswer,
  ResumeRequest,
  RollbackPlanAnswer,
  RollbackRequest,
  Row,
  ScaleRequest,
  ShutdownRequest,
  SignalRequest,
  StartRequest,
  StatusAnswer,
  StopRequest,
  UpgradeRequest
} from "./messages.ts"
import { makeSseParser } from "./sse.ts"

/** The answer is not what this client understands: another version of reeve, or no reeve at all. */
export class UnexpectedAnswer extends Data.TaggedError("UnexpectedAnswer")<{
  readonly path: string
  readonly status: number
  readonly text: string
}> {
  override get message() {
    return `unexpected answer ${this.status} to ${this.path}: ${this.text.slice(0, 300)}`
  }
}

const ApiError = Schema.Union([
  UnknownName,
  UnknownGeneration,
  LoadRejected,
  PlanIsStale,
  PlanIsHeld,
  BadRequest,
  NoRevision,
  Refused,
  StoreTrouble
])
export type ApiError = typeof ApiError.Type
export type ClientError = ApiError | ConnectionFailure | UnexpectedAnswer

const Rows = Schema.Array(Row)
const Overrides = Schema.Struct({
  instances: Schema.Array(Override),
  scales: Schema.Array(ScaleOverride)
})

/** How a request is made; the default is once. */
export type Attempt = <A, R>(
  request: Effect.Effect<A, ConnectionFailure, R>
) => Effect.Effect<A, ConnectionFailure, R>

const once: Attempt = (request) => request

export const makeClient = (socket: string, attempt: Attempt = once) => {
  const { call, streaming } = calls(attempt)
  const get = <S extends Codec>(path: string, schema: S, query: Query = {}) =>
    call(schema, { socket, method: "GET", path: path + queryText(query), body: null })
  const post = <P extends Codec, S extends Codec>(path: string, payload: P, schema: S) => {
    const encode = Schema.encodeEffect(Schema.fromJsonString(payload))
    return (body: P["Type"]) =>
      Effect.flatMap(Effect.orDie(encode(body)), (text) =>
        call(schema, { socket, method: "POST", path, body: text })
      )
  }
  const follow = <S extends Codec>(path: string, schema: S, query: Query) =>
    streaming(schema, { socket, method: "GET", path: path + queryText(query), body: null })
  return {
    list: (names: ReadonlyArray<string>) =>
      get("/v1/instances", Schema.Array(InstanceStatus), { name: names }),
    status: (names: ReadonlyArray<string>) => get("/v1/status", StatusAnswer, { name: names }),
    start: post("/v1/instances/start", StartRequest, Rows),
    stop: post("/v1/instances/stop", StopRequest, Rows),
    restart: post("/v1/instances/restart", RestartRequest, Rows),
    signal: post("/v1/instances/signal", SignalRequest, Rows),
    reload: post("/v1/instances/reload", ReloadRequest, Rows),
    scale: post("/v1/instances/scale", ScaleRequest, Rows),
    release: post("/v1/instances/release", ReleaseRequest, Rows),
    overrides: get("/v1/overrides", Overrides),
    /** `content`: with the desired state, for a plan to be saved. `rev`: of that git revision. */
    plan: (content: boolean, rev: string | null) =>
      get("/v1/plan", PlanAnswer, {
        content: content ? ["true"] : [],
        rev: rev === null ? [] : [rev]
      }),
    apply: post("/v1/apply", ApplyRequest, ApplyAnswer),
    rollbackPlan: (to: number | null, protectedToo: boolean) =>
      get("/v1/rollback", RollbackPlanAnswer, {
        to: to === null ? [] : [String(to)],
        protected: protectedToo ? ["true"] : []
      }),
    rollback: post("/v1/rollback", RollbackRequest, ApplyAnswer),
    resume: post("/v1/resume", ResumeRequest, ResumeAnswer),
    reconciler: get("/v1/reconciler", ReconcilerAnswer),
    generations: (limit: number) =>
      get("/v1/generations", Schema.Array(GenerationSummary), { limit: [String(limit)] }),
    generation: (number: number) => get(`/v1/generations/${number}`, Generation),
    diff: (from: number, to: number) => get(`/v1/generations/${from}/diff/${to}`, GenerationDiff),
    tail: (names: ReadonlyArray<string>, lines: number) =>
      get("/v1/logs", Schema.Array(LogLine), { name: names, lines: [String(lines)] }),
    /** The last `lines` lines, then what comes. */
    follow: (names: ReadonlyArray<string>, lines: number) =>
      follow("/v1/logs/follow", LogLine, { name: names, lines: [String(lines)] }),
    events: (query: EventQuery) => get("/v1/events", Schema.Array(Event), eventQuery(query)),
    followEvents: (query: EventQuery) => follow("/v1/events/follow", Event, eventQuery(query)),
    info: get("/v1/daemon", DaemonInfo),
    shutdown: post("/v1/daemon/shutdown", ShutdownRequest, Schema.Void),
    upgrade: post("/v1/daemon/upgrade", UpgradeRequest, Schema.Void),
    renewKeeper: post("/v1/daemon/renew-keeper", RenewRequest, RenewAnswer),
    poke: call(Schema.Void, { socket, method: "POST", path: "/v1/daemon/reconcile", body: null }),
    reopenLogs: call(Schema.Void, {
      socket,
      method: "POST",
      path: "/v1/daemon/reopen-logs",
      body: null
    })
  }
}
export type Client = ReturnType<typeof makeClient>

/** `name` null: all instances; `after`: ids above; `limit`: the newest so many (or, with `after`, the oldest). */
export interface EventQuery {
  readonly name: string | null
  readonly after: number | null
  readonly limit: number | null
}

type Codec = Schema.ConstraintCodec<unknown, unknown, never, never>
type Query = Readonly<Record<string, ReadonlyArray<string>>>

const eventQuery = (query: EventQuery): Query => ({
  name: query.name === null ? [] : [query.name],
  after: query.after === null ? [] : [String(query.after)],
  limit: query.limit === null ? [] : [String(query.limit)]
})

const queryText = (query: Query): string => {
  const text = Object.entries(query)
    .flatMap(([key, values]) => values.map((value) => `${key}=${encodeURIComponent(value)}`))
    .join("&")
  return text === "" ? "" : `?${text}`
}

const calls = (attempt: Attempt) => {
  const call = <S extends Codec>(
    schema: S,
    request: UnixRequest
  ): Effect.Effect<S["Type"], ClientError> =>
    Effect.flatMap(attempt(unixRequest(request)), (answer) => decode(schema, request.path, answer))

  const streaming = <S extends Codec>(
    schema: S,
    request: UnixRequest
  ): Effect.Effect<Stream.Stream<S["Type"], ClientError>, ClientError, Scope.Scope> =>
    Effect.flatMap(attempt(unixStream(request)), ({ status, pieces }) => {
      const path = request.path
      if (status !== 200) {
        return Effect.flatMap(Stream.mkString(pieces), (text) => fail(path, { status, text }))
      }
      const parse = makeSseParser()
      return Effect.succeed(
        pieces.pipe(
          Stream.flatMap((piece) => Stream.fromIterable(parse(piece))),
          Stream.mapEffect((event) => decode(schema, path, { status, text: event.data }))
        )
      )
    })
  return { call, streaming }
}

const decode = <S extends Codec>(
  schema: S,
  path: string,
  answer: { readonly status: number; readonly text: string }
): Effect.Effect<S["Type"], ApiError | UnexpectedAnswer> => {
  if (answer.status < 200 || answer.status > 299) return fail(path, answer)
  const read = Schema.decodeUnknownEffect(Schema.fromJsonString(schema))
  return read(answer.text === "" ? "null" : answer.text).pipe(
    Effect.mapError(() => new UnexpectedAnswer({ path, ...answer }))
  )
}

const readError = Schema.decodeUnknownEffect(Schema.fromJsonString(ApiError))

const fail = (
  path: string,
  answer: { readonly status: number; readonly text: string }
): Effect.Effect<never, ApiError | UnexpectedAnswer> =>
  readError(answer.text).pipe(
    Effect.mapError(() => new UnexpectedAnswer({ path, ...answer })),
    Effect.flatMap((error) => Effect.fail(error))
  )
