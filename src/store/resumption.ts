/**
 * The part of an instance's record that only the next daemon needs: where its machine stood. Times are of the monotonic clock,
 * which is the same for all processes of one boot.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { type InstanceState, nothingAwaited } from "../core/instanceState.ts"
import { Limits } from "../domain/Definition.ts"
import { HookName } from "../domain/Hooks.ts"
import { orNull } from "../domain/orNull.ts"
import { Standing, Told } from "../domain/Probe.ts"
import { ExitStatus, Reason, State } from "../domain/State.ts"
import { jsonColumn } from "./rows.ts"

const Stopping = Schema.Struct({
  reason: Reason,
  killAt: Schema.Finite,
  kills: Schema.Finite,
  sweeps: Schema.Finite,
  waits: Schema.Boolean.pipe(Schema.withDecodingDefaultKey(Effect.succeed(false)))
})

const Machine = Schema.Struct({
  state: State,
  reason: Schema.NullOr(Reason),
  life: Schema.Literals(["none", "pending", "live", "dead"]),
  spawnedAt: Schema.Finite,
  failures: Schema.Finite,
  deadline: Schema.NullOr(Schema.Finite),
  stop: Schema.NullOr(Stopping),
  again: Schema.Boolean,
  proven: Schema.Boolean.pipe(Schema.withDecodingDefaultKey(Effect.succeed(false)))
})

const Life = Schema.Struct({ pid: Schema.Finite, startTicks: Schema.Finite })

export const Resumption = Schema.Struct({
  machine: Machine,
  /** The process life that the machine speaks of: the latest that was intended. */
  spawnId: Schema.NullOr(Schema.String),
  /** False: of the orders of the machine's last step some may not have been carried out. */
  settled: Schema.Boolean,
  starts: Schema.Finite,
  spawnError: Schema.String,
  startFailure: Schema.Literals(["noFile", "notExecutable", "spawn", "abnormal"]),
  generation: Schema.NullOr(Schema.Finite),
  leftovers: Schema.Array(Life),
  /** The process that ended last. */
  ended: Schema.NullOr(Life),
  /** With whose rights its log files were opened last. */
  openAs: Schema.NullOr(
    Schema.Struct({
      uid: Schema.Finite,
      gid: Schema.Finite,
      groups: Schema.Array(Schema.Finite)
    })
  ),
  /** Why its process has to be replaced although its definition is the same; null: it need not. */
  mustRestart: Schema.NullOr(Schema.String),
  /** A watched file that changed since its latest process began; null: none did. */
  changedFile: orNull(Schema.String),
  /** A file that it reads anew and that changed since its process began and since its reload signal; null: none did. */
  unreadFile: orNull(Schema.String),
  /** Wall clock, milliseconds: of the latest reload signal to its process; null: it had none. */
  reloadedAt: orNull(Schema.Finite),
  /** Those that its latest process has; null: not known, as an earlier reeve wrote it. */
  limits: orNull(Limits),
  /** Which of them could not be changed in place, and why; null: they are as declared. */
  limitsRefused: orNull(Schema.String),
  /** What is known of the health of a process life; null: nothing. */
  health: orNull(
    Schema.Struct({
      spawnId: Schema.String,
      ready: Schema.NullOr(Standing),
      liveness: Schema.NullOr(Standing),
      told: Schema.NullOr(Told)
    })
  ),
  /** Commands beside it that ran, or waited to run, the first one first. */
  hooks: Schema.Array(
    Schema.Struct({
      hook: HookName,
      pid: Schema.NullOr(Schema.Finite),
      status: Schema.NullOr(ExitStatus),
      process: Schema.NullOr(Life)
    })
  ).pipe(Schema.withDecodingDefaultKey(Effect.succeed([]))),
  /** It is no longer declared; what its processes wrote may still wait in their pipes. */
  removed: Schema.Boolean
})
export type Resumption = typeof Resumption.Type

/** `closed` is of the daemon that ended, not of the instance, and `awaits` of the moment. */
export const savedMachine = ({
  awaits: _,
  closed: __,
  ...machine
}: InstanceState): Resumption["machine"] => machine

export const machineOf = (saved: Resumption["machine"]): InstanceState => ({
  ...saved,
  closed: false,
  awaits: nothingAwaited
})

export const resumptionOf = jsonColumn("state of an instance", Resumption)
