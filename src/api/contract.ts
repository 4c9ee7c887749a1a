/**
 * The typed HTTP API under /v1: the one surface that the CLI, scripts and browsers use. Schemas are the domain's own, so an
 * answer is exactly what the daemon knows. Nothing changes state on GET; names travel in the query or the body, because they
 * may hold any character.
 */

import * as HttpApi from "effect/http-api/HttpApi"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as OpenApi from "effect/http-api/OpenApi"
import * as Schema from "effect/Schema"
import { Override, ScaleOverride } from "../domain/Actual.ts"
import { Event } from "../domain/Event.ts"
import { Generation, GenerationSummary } from "../domain/Generation.ts"
import { InstanceStatus } from "../domain/Status.ts"
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

const { get, post } = HttpApiEndpoint
const rows = Schema.Array(Row)
/** Repeated: `?name=web&name=db`. None: all. */
const names = { name: Schema.optionalKey(Schema.Array(Schema.String)) }
const whole = Schema.FiniteFromString.check(Schema.isInt(), Schema.isGreaterThanOrEqualTo(0))
const limit = Schema.optionalKey(whole.check(Schema.isLessThanOrEqualTo(100_000)))

export class Instances extends HttpApiGroup.make("instances").add(
  get("list", "/instances", {
    query: names,
    success: Schema.Array(InstanceStatus),
    error: UnknownName
  }),
  /** What `reeve status` prints: of each instance what its line tells, and what stands between the files and what runs. */
  get("status", "/status", { query: names, success: StatusAnswer, error: UnknownName }),
  post("start", "/instances/start", {
    payload: StartRequest,
    success: rows,
    error: [UnknownName, BadRequest]
  }),
  post("stop", "/instances/stop", {
    payload: StopRequest,
    success: rows,
    error: [UnknownName, BadRequest]
  }),
  post("restart", "/instances/restart", {
    payload: RestartRequest,
    success: rows,
    error: [UnknownName, BadRequest]
  }),
  post("signal", "/instances/signal", {
    payload: SignalRequest,
    success: rows,
    error: [UnknownName, BadRequest]
  }),
  post("reload", "/instances/reload", {
    payload: ReloadRequest,
    success: rows,
    error: [UnknownName, BadRequest]
  }),
  post("scale", "/instances/scale", {
    payload: ScaleRequest,
    success: rows,
    error: [UnknownName, BadRequest]
  }),
  post("release", "/instances/release", {
    payload: ReleaseRequest,
    success: rows,
    error: [UnknownName, BadRequest]
  }),
  get("overrides", "/overrides", {
    success: Schema.Struct({
      instances: Schema.Array(Override),
      scales: Schema.Array(ScaleOverride)
    }),
    error: StoreTrouble
  })
) {}

export class Plans extends HttpApiGroup.make("plans").add(
  get("plan", "/plan", {
    query: {
      content: Schema.optionalKey(Schema.Literals(["true", "false"])),
      /** A git revision, evaluated instead of the files as they are. */
      rev: Schema.optionalKey(Schema.String.check(Schema.isMaxLength(1000)))
    },
    success: PlanAnswer,
    error: [LoadRejected, NoRevision]
  }),
  post("apply", "/apply", {
    payload: ApplyRequest,
    success: ApplyAnswer,
    error: [LoadRejected, PlanIsStale, PlanIsHeld, Refused, StoreTrouble]
  }),
  /** What a rollback would do; without `to`: to the generation before the present. `protected`: as with protectedToo. */
  get("rollbackPlan", "/rollback", {
    query: {
      to: Schema.optionalKey(whole),
      protected: Schema.optionalKey(Schema.Literals(["true", "false"]))
    },
    success: RollbackPlanAnswer,
    error: [UnknownGeneration, Refused, StoreTrouble]
  }),
  /** An accepted generation is kept running, whatever the files say, until it is resumed. */
  post("rollback", "/rollback", {
    payload: RollbackRequest,
    success: ApplyAnswer,
    error: [UnknownGeneration, PlanIsHeld, Refused, StoreTrouble]
  }),
  /** The files decide again. Answers when what they say is applied, or waits. */
  post("resume", "/resume", {
    payload: ResumeRequest,
    success: ResumeAnswer,
    error: StoreTrouble
  }),
  get("reconciler", "/reconciler", { success: ReconcilerAnswer }),
  get("generations", "/generations", {
    query: { limit },
    success: Schema.Array(GenerationSummary),
    error: StoreTrouble
  }),
  get("generation", "/generations/:number", {
    params: { number: whole },
    success: Generation,
    error: [UnknownGeneration, StoreTrouble]
  }),
  get("diff", "/generations/:from/diff/:to", {
    params: { from: whole, to: whole },
    success: GenerationDiff,
    error: [UnknownGeneration, StoreTrouble]
  })
) {}

export class Output extends HttpApiGroup.make("output").add(
  get("tail", "/logs", {
    query: { ...names, lines: limit },
    success: Schema.Array(LogLine),
    error: UnknownName
  }),
  get("follow", "/logs/follow", {
    query: { ...names, lines: limit },
    success: HttpApiSchema.StreamSse({ data: LogLine }),
    error: UnknownName
  }),
  get("events", "/events", {
    query: { name: Schema.optionalKey(Schema.String), after: Schema.optionalKey(whole), limit },
    success: Schema.Array(Event),
    error: [UnknownName, StoreTrouble]
  }),
  get("followEvents", "/events/follow", {
    query: { name: Schema.optionalKey(Schema.String), after: Schema.optionalKey(whole) },
    success: HttpApiSchema.StreamSse({ data: Event }),
    error: [UnknownName, StoreTrouble]
  })
) {}

export class Daemon extends HttpApiGroup.make("daemon").add(
  get("info", "/daemon", { success: DaemonInfo }),
  /** Answers at once; the socket vanishes when everything is stopped, or left. */
  post("shutdown", "/daemon/shutdown", {
    payload: ShutdownRequest,
    success: HttpApiSchema.Accepted,
    error: Refused
  }),
  /** Answers at once; another daemon answers when it has taken the programs over. */
  post("upgrade", "/daemon/upgrade", {
    payload: UpgradeRequest,
    success: HttpApiSchema.Accepted,
    error: Refused
  }),
  /** The keeper becomes another one under its pid; answers when that has said hello. */
  post("renewKeeper", "/daemon/renew-keeper", {
    payload: RenewRequest,
    success: RenewAnswer,
    error: Refused
  }),
  /** Looks again at the files, as SIGHUP. */
  post("poke", "/daemon/reconcile", { success: HttpApiSchema.Accepted }),
  post("reopenLogs", "/daemon/reopen-logs", { success: HttpApiSchema.NoContent })
) {}

export class ReeveApi extends HttpApi.make("reeve")
  .add(Instances, Plans, Output, Daemon)
  .prefix("/v1")
  .annotate(OpenApi.Title, "reeve")
  .annotate(OpenApi.Version, "1")
  .annotate(OpenApi.Description, "Desired and actual state of the programs that reeve keeps.") {}

export const openApiPath = "/v1/openapi.json"
