/** What happens, in order: journaled first, then published. `id` rises by one per event over the life of the state directory. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { HookName } from "./Hooks.ts"
import { Address, InstanceKey } from "./Instance.ts"
import { ExitStatus, Reason, State } from "./State.ts"
import { termFields } from "./Terms.ts"

const instance = { instance: InstanceKey, address: Address }
export const EventBody = Schema.Union([
  Schema.Struct({
    kind: Schema.Literal("state"),
    ...instance,
    from: State,
    to: State,
    pid: Schema.NullOr(Schema.Finite),
    reason: Schema.NullOr(Reason),
    generation: Schema.NullOr(Schema.Finite),
    /** Failed starts so far, the one that this change tells included: `tries` of supervisord's events. */
    failures: Schema.Finite.pipe(Schema.withDecodingDefaultKey(Effect.succeed(0)))
  }),
  Schema.Struct({
    kind: Schema.Literal("exit"),
    ...instance,
    pid: Schema.Finite,
    status: ExitStatus,
    expected: Schema.Boolean
  }),
  /** Its probe, or the process itself, says that it is ready, or not any more; `text`: what was seen. */
  Schema.Struct({
    kind: Schema.Literal("ready"),
    ...instance,
    ready: Schema.Boolean,
    text: Schema.String
  }),
  /** Its new process took the place of the old one, which serves till then; `failed`: why it does not. */
  Schema.Struct({
    kind: Schema.Literal("succession"),
    ...instance,
    pid: Schema.NullOr(Schema.Finite),
    before: Schema.NullOr(Schema.Finite),
    failed: Schema.NullOr(Schema.String),
    generation: Schema.NullOr(Schema.Finite)
  }),
  Schema.Struct({ kind: Schema.Literal("added"), ...instance }),
  Schema.Struct({ kind: Schema.Literal("removed"), ...instance }),
  /** A hook, or the command that stops it, failed. */
  Schema.Struct({
    kind: Schema.Literal("hook"),
    ...instance,
    hook: HookName,
    text: Schema.String
  }),
  /** A watched file changed. */
  Schema.Struct({ kind: Schema.Literal("fileChanged"), ...instance, path: Schema.String }),
  Schema.Struct({ kind: Schema.Literal("renamed"), ...instance, from: Address }),
  Schema.Struct({
    kind: Schema.Literal("signalled"),
    ...instance,
    pid: Schema.Finite,
    signal: Schema.String,
    scope: Schema.Literals(["process", "group"])
  }),
  Schema.Struct({
    kind: Schema.Literal("log"),
    ...instance,
    channel: Schema.Literals(["stdout", "stderr"]),
    text: Schema.String
  }),
  Schema.Struct({
    kind: Schema.Literal("leftovers"),
    ...instance,
    pids: Schema.Array(Schema.Finite)
  }),
  Schema.Struct({
    kind: Schema.Literal("generation"),
    number: Schema.Finite,
    outcome: Schema.String,
    detail: Schema.NullOr(Schema.String)
  }),
  Schema.Struct({ kind: Schema.Literal("rejected"), problems: Schema.Finite, text: Schema.String }),
  Schema.Struct({
    kind: Schema.Literal("override"),
    ...instance,
    /** With "held until released" where `until` is null; never with the reason. */
    text: Schema.String,
    /** "expiry": it ended because its time was over. */
    who: Schema.String,
    ...termFields
  }),
  Schema.Struct({
    kind: Schema.Literal("group"),
    group: Schema.String,
    change: Schema.Literals(["added", "removed"])
  }),
  /** The daemon runs (boot is about to start programs), or begins to stop everything. */
  Schema.Struct({
    kind: Schema.Literal("supervisor"),
    state: Schema.Literals(["running", "stopping"])
  }),
  Schema.Struct({ kind: Schema.Literal("daemon"), text: Schema.String })
])
export type EventBody = typeof EventBody.Type

/** `at`: wall clock, milliseconds. */
export const Event = Schema.Struct({ id: Schema.Finite, at: Schema.Finite, body: EventBody })
export type Event = typeof Event.Type
