/** Bodies of requests and answers that are not already schemas of the domain. */
import * as Schema from "effect/Schema"
import { Desired } from "../domain/Desired.ts"
import { Outcome } from "../domain/Generation.ts"
import { Address } from "../domain/Instance.ts"
import { reasonLength } from "../domain/limits.ts"
import { Pin } from "../domain/Pin.ts"
import { Basis, Hold, Plan } from "../domain/Plan.ts"
import { Problem } from "../domain/Problem.ts"
import { StatusLine } from "../domain/Status.ts"

/** Who asks, as it will be written into overrides and history. */
const who = { who: Schema.String.check(Schema.isMaxLength(200)) }
/** Why, and until when (wall clock, milliseconds; up to the last moment that has a date); without them: until it is released. */
const terms = {
  reason: Schema.optionalKey(Schema.NullOr(Schema.String.check(Schema.isMaxLength(reasonLength)))),
  until: Schema.optionalKey(
    Schema.NullOr(Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 8.64e15 })))
  )
}
const targets = { targets: Schema.Array(Schema.String) }

/** `leave`: the programs go on without reeve, for the next `up`. */
export const ShutdownRequest = Schema.Struct({ ...who, leave: Schema.optionalKey(Schema.Boolean) })
/** The absolute path of the installed entry. */
export const UpgradeRequest = Schema.Struct({ ...who, daemon: Schema.String })
export const RenewRequest = Schema.Struct({ ...who, keeper: Schema.String })
/** The version of the keeper that followed. */
export const RenewAnswer = Schema.Struct({ version: Schema.String })

export const StartRequest = Schema.Struct({
  ...targets,
  ...who,
  ...terms,
  wait: Schema.Boolean
})
export const StopRequest = Schema.Struct({ ...targets, ...who, ...terms })
export const RestartRequest = Schema.Struct({ ...targets, ...who, wait: Schema.Boolean })
export const ReleaseRequest = Schema.Struct({ ...targets, ...who })
export const ReloadRequest = Schema.Struct({ ...targets, ...who })
export const SignalRequest = Schema.Struct({
  ...targets,
  ...who,
  /** A name with or without SIG, or a number. */
  signal: Schema.String,
  scope: Schema.Literals(["process", "group"])
})
export const ScaleRequest = Schema.Struct({
  ...who,
  ...terms,
  program: Schema.String,
  instances: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 10_000 }))
})

/** `already`: there was nothing to do. */
export const Row = Schema.Struct({
  address: Address,
  outcome: Schema.Literals(["done", "already", "failed"]),
  text: Schema.String
})
export type Row = typeof Row.Type

export const PlanAnswer = Schema.Struct({
  plan: Plan,
  /** Only when asked for: what a saved plan needs to be applied later. */
  desired: Schema.NullOr(Desired),
  warnings: Schema.Array(Problem)
})
export type PlanAnswer = typeof PlanAnswer.Type

export const ApplyRequest = Schema.Struct({
  ...who,
  /** Stop programs with `protect: true` too. */
  protectedToo: Schema.Boolean,
  /** False: answer once it is accepted. */
  wait: Schema.Boolean,
  /** A saved plan: this content, if the instances that it touches are as they were. */
  saved: Schema.NullOr(
    Schema.Struct({
      desired: Desired,
      basis: Schema.Array(Basis),
      /** The git revision that it was evaluated from: then it is pinned, as it is not what the files say. */
      revision: Schema.optionalKey(Schema.String)
    })
  )
})

/** `to`: a generation; null: the one before the present. */
export const RollbackRequest = Schema.Struct({
  ...who,
  reason: terms.reason,
  to: Schema.NullOr(Schema.Finite),
  protectedToo: Schema.Boolean,
  wait: Schema.Boolean
})

export const RollbackPlanAnswer = Schema.Struct({
  /** The generation to go back to. */
  to: Schema.Finite,
  plan: Plan
})
export type RollbackPlanAnswer = typeof RollbackPlanAnswer.Type

export const ResumeRequest = Schema.Struct(who)

export const ApplyAnswer = Schema.Struct({
  generation: Schema.Finite,
  outcome: Outcome,
  plan: Plan,
  failures: Schema.Array(Schema.Struct({ address: Schema.String, text: Schema.String }))
})
export type ApplyAnswer = typeof ApplyAnswer.Type

export const ReconcilerAnswer = Schema.Struct({
  /** What is kept running whatever the files say; null: nothing is pinned. */
  pin: Schema.NullOr(Pin),
  generation: Schema.NullOr(Schema.Finite),
  phase: Schema.Literals(["idle", "loading", "applying"]),
  pending: Schema.NullOr(Schema.Struct({ plan: Plan, holds: Schema.Array(Hold) })),
  problems: Schema.Array(Problem),
  warnings: Schema.Array(Problem)
})
export type ReconcilerAnswer = typeof ReconcilerAnswer.Type

export const ResumeAnswer = Schema.Struct({
  /** What held until now; null: nothing was pinned, and nothing was done. */
  pin: Schema.NullOr(Pin),
  /** What the files said led to that; null: nothing, or it waits, or the files have errors. */
  applied: Schema.NullOr(ApplyAnswer),
  status: ReconcilerAnswer
})
export type ResumeAnswer = typeof ResumeAnswer.Type

export const GenerationDiff = Schema.Struct({
  from: Schema.Finite,
  to: Schema.Finite,
  plan: Plan
})
export type GenerationDiff = typeof GenerationDiff.Type

/** One line of output, without its end. */
export const LogLine = Schema.Struct({
  address: Schema.String,
  channel: Schema.Literals(["stdout", "stderr"]),
  text: Schema.String
})
export type LogLine = typeof LogLine.Type

const processIdentity = Schema.Struct({ pid: Schema.Finite, startTicks: Schema.Finite })

/** `reeve upgrade` asks daemons of other versions for it: what comes to it later must be optional. */
export const DaemonInfo = Schema.Struct({
  version: Schema.String,
  node: Schema.String,
  daemon: processIdentity,
  /** Null: there is none, or it was killed: then nobody starts this daemon again should it die. */
  keeper: Schema.NullOr(processIdentity),
  keeperVersion: Schema.optionalKey(Schema.NullOr(Schema.String)),
  /** The newest that the keeper speaks (core/keeperProtocol). */
  keeperProtocol: Schema.optionalKey(Schema.Finite),
  /** Daemons that this keeper had, this one included. */
  run: Schema.Finite,
  /** How the daemon before ended, when that was not meant; `at`: wall clock, milliseconds. */
  before: Schema.NullOr(Schema.Struct({ text: Schema.String, at: Schema.Finite })),
  /** What was taken over from it: processes that went on, and those that had ended. Null: nothing. */
  adopted: Schema.NullOr(
    Schema.Struct({
      processes: Schema.Finite,
      ended: Schema.Finite,
      /** When all of it was known: CLOCK_MONOTONIC, milliseconds. */
      monotonicMs: Schema.Finite
    })
  ),
  /** Wall clock, milliseconds. */
  startedAt: Schema.Finite,
  stateDirectory: Schema.String,
  runtimeDirectory: Schema.String,
  socket: Schema.String,
  logFile: Schema.NullOr(Schema.String),
  entries: Schema.Array(Schema.String),
  manual: Schema.Boolean,
  generation: Schema.NullOr(Schema.Finite),
  phase: Schema.Literals(["starting", "running", "stopping"])
})
export type DaemonInfo = typeof DaemonInfo.Type

const { generation, phase, pin, problems } = ReconcilerAnswer.fields
const { adopted, before, daemon, keeper } = DaemonInfo.fields

/** All that `status` prints, in one answer. */
export const StatusAnswer = Schema.Struct({
  /** Of this answer; a client that knows another one asks for the parts. To be raised when a field here means something else. */
  format: Schema.Literal(1),
  instances: Schema.Array(StatusLine),
  standing: Schema.Struct({
    generation,
    phase,
    pin,
    problems,
    pending: Schema.NullOr(Schema.Struct({ holds: Schema.Array(Hold) }))
  }),
  supervision: Schema.Struct({ adopted, before, daemon, keeper })
})
export type StatusAnswer = typeof StatusAnswer.Type
