/**
 * What would be done, and why: plain data, equal for equal input. The executor carries it out and decides nothing.
 * `instance` of an action is the key it has after the plan; `from` (rename) the one before.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { Override } from "./Actual.ts"
import { Awaited } from "./Dependency.ts"
import { Revision } from "./Desired.ts"
import { CommandWords } from "./Hooks.ts"
import { Address, InstanceKey, Source } from "./Instance.ts"
import { orNull } from "./orNull.ts"
import { State } from "./State.ts"
import { termFields } from "./Terms.ts"

export const ChangeClass = Schema.Literals(["none", "live", "signal", "restart", "replace"])
export type ChangeClass = typeof ChangeClass.Type

/** Rendered values: JSON-like text; null = absent; `hidden` values read "changed". */
export const FieldChange = Schema.Struct({
  path: Schema.String,
  before: Schema.NullOr(Schema.String),
  after: Schema.NullOr(Schema.String),
  hidden: Schema.Boolean,
  class: ChangeClass
})
export type FieldChange = typeof FieldChange.Type

export const Cause = Schema.Union([
  Schema.Struct({ kind: Schema.Literal("fields"), changes: Schema.Array(FieldChange) }),
  Schema.Struct({ kind: Schema.Literal("firstStart") }),
  /** Declared and not running although nothing holds it: it was added, or start.auto became true. */
  Schema.Struct({ kind: Schema.Literal("drift"), text: Schema.String }),
  /** A file that it watches, or reads anew at a signal, changed. */
  Schema.Struct({ kind: Schema.Literal("watch"), path: Schema.String }),
  Schema.Struct({ kind: Schema.Literal("removed"), since: Schema.NullOr(Schema.String) }),
  Schema.Struct({ kind: Schema.Literal("renamed"), from: Address, to: Address }),
  Schema.Struct({ kind: Schema.Literal("scaled"), from: Schema.Finite, to: Schema.Finite }),
  Schema.Struct({ kind: Schema.Literal("operator"), who: Schema.String, text: Schema.String }),
  /** What it depends on gets a new process, or is lost (`dependsOn`, onLoss); `changes` are taken with it. */
  Schema.Struct({
    kind: Schema.Literal("dependency"),
    on: Schema.String,
    changes: Schema.Array(FieldChange)
  }),
  /** Nothing but what needs it has it started. */
  Schema.Struct({ kind: Schema.Literal("needed"), by: Schema.String }),
  /** A task with `once` that completed in an earlier run of reeve: it is added as that, and not run. */
  Schema.Struct({ kind: Schema.Literal("completed"), at: Schema.Finite })
])
export type Cause = typeof Cause.Type

const common = {
  /** "a1", "a2", … in the order of the plan. */
  id: Schema.String,
  instance: InstanceKey,
  address: Address,
  program: Schema.String,
  cause: Cause,
  /** Ids of actions, and of stages (all of their actions), that must have ended first. */
  dependsOn: Schema.Array(Schema.String),
  source: Schema.NullOr(Source)
}
/** What does not hold yet, or will not for a while, and must before the process is started. */
const awaits = Schema.Array(Awaited).pipe(Schema.withDecodingDefaultKey(Effect.succeed([])))
/** Actions and stages that must have been carried out, not only have had their turn: else this one waits for the next plan. */
const needs = Schema.Array(Schema.String).pipe(Schema.withDecodingDefaultKey(Effect.succeed([])))

export const Action = Schema.Union([
  /** Add the instance when it is new, and start it when `run` (start.auto, or an override "started"). */
  Schema.Struct({
    kind: Schema.Literal("start"),
    ...common,
    run: Schema.Boolean,
    awaits,
    /** It runs to its end. */
    task: Schema.Boolean.pipe(Schema.withDecodingDefaultKey(Effect.succeed(false)))
  }),
  /**
   * Stop it, and forget it when `forget` (it is no longer declared). Where it awaits something it starts by itself once that is
   * there.
   */
  Schema.Struct({
    kind: Schema.Literal("stop"),
    ...common,
    forget: Schema.Boolean,
    signal: Schema.String,
    timeoutMs: Schema.Finite,
    /** What is run instead of sending the signal; null: nothing. */
    command: orNull(CommandWords),
    awaits
  }),
  Schema.Struct({
    kind: Schema.Literal("restart"),
    ...common,
    awaits,
    needs,
    /** So many instances of its program are replaced at a time; null: all that are to be. */
    atOnce: orNull(Schema.Finite),
    /** Its new process is ready before the old one is asked to stop. */
    overlap: Schema.Boolean.pipe(Schema.withDecodingDefaultKey(Effect.succeed(false))),
    /** Where it fails, the last good generation takes the place of this one. */
    rollback: Schema.Boolean.pipe(Schema.withDecodingDefaultKey(Effect.succeed(false)))
  }),
  /** The process is told to read a file anew; it goes on. */
  Schema.Struct({ kind: Schema.Literal("signal"), ...common, signal: Schema.String }),
  /** Takes the new specification without touching the process. */
  Schema.Struct({ kind: Schema.Literal("update"), ...common }),
  /** Same process under a new key; takes the new specification. */
  Schema.Struct({
    kind: Schema.Literal("rename"),
    ...common,
    from: InstanceKey,
    /** Of the process that is kept; null: none runs. */
    pid: Schema.NullOr(Schema.Finite)
  }),
  /** A live process of an earlier run that would be taken over (only in plans made without a daemon). */
  Schema.Struct({ kind: Schema.Literal("adopt"), ...common, pid: Schema.Finite })
])
export type Action = typeof Action.Type

/** Differs from what was applied, without a change in the files. Not an action; says why nothing is done. */
export const Drift = Schema.Struct({
  instance: InstanceKey,
  address: Address,
  kind: Schema.Literals([
    "override",
    "exited",
    "fatal",
    "unpredictable",
    "limits",
    "waiting",
    /** Another instance of its program failed, and so many may not be out. */
    "lacking",
    "reload",
    "program",
    "envFile",
    "secret"
  ]),
  text: Schema.String,
  override: Schema.NullOr(Override),
  /** Wall clock, milliseconds: since when it is so; null where that is not known. */
  at: Schema.NullOr(Schema.Finite),
  /** When what was done by hand ends by itself; the text does not tell it. */
  until: termFields.until
})
export type Drift = typeof Drift.Type

/** Why a plan waits for `reeve apply` (design 6.5). */
export const Hold = Schema.Struct({
  kind: Schema.Literals(["pinned", "manual", "massRemoval", "protected", "failedBefore", "undone"]),
  text: Schema.String,
  /** Only these are left out; empty: the whole plan waits. */
  instances: Schema.Array(InstanceKey),
  /** Wall clock, milliseconds: since when, where that matters. */
  at: Schema.optionalKey(Schema.Finite)
})
export type Hold = typeof Hold.Type

/** What an instance looked like when the plan was made: a saved plan is stale when one that it touches differs. */
export const Basis = Schema.Struct({
  instance: InstanceKey,
  state: State,
  spawnId: Schema.NullOr(Schema.String),
  revision: Schema.NullOr(Schema.String),
  override: Schema.NullOr(Schema.String)
})
export type Basis = typeof Basis.Type

/** Actions of one priority, as one thing to wait for: edges between all of two ranks would grow with their product. */
export const Stage = Schema.Struct({
  /** "s1", "s2", … */
  id: Schema.String,
  actions: Schema.Array(Schema.String)
})
export type Stage = typeof Stage.Type

export const Plan = Schema.Struct({
  formatVersion: Schema.Literal(1),
  git: Revision,
  /** Desired.hash */
  desired: Schema.String,
  programs: Schema.Finite,
  unchanged: Schema.Finite,
  actions: Schema.Array(Action),
  stages: Schema.Array(Stage),
  /** Instances whose new specification changes nothing that runs (source, description, protect): taken in silence. */
  metadata: Schema.Array(InstanceKey),
  drift: Schema.Array(Drift),
  held: Schema.Array(Hold),
  basis: Schema.Array(Basis)
})
export type Plan = typeof Plan.Type
