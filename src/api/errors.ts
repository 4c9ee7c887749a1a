/**
 * What can go wrong with a request, as the API says it: facts as fields, one sentence as message, and the HTTP status.
 * Only expected trouble is here; a defect of the daemon answers 500 without details.
 */
import * as Schema from "effect/Schema"
import { Hold, Plan } from "../domain/Plan.ts"
import { Problem } from "../domain/Problem.ts"

/** supervisord's `GROUP:` is understood, but no name to suggest. */
export const suggestible = (names: ReadonlyArray<string>): ReadonlyArray<string> =>
  names.filter((name) => !name.endsWith(":"))

/** A name that is no instance, program or group. */
export class UnknownName extends Schema.TaggedError<UnknownName>()(
  "UnknownName",
  { name: Schema.String, suggestions: Schema.Array(Schema.String) },
  { httpApiStatus: 404 }
) {
  override get message() {
    const near =
      this.suggestions.length === 0 ? "" : ` Did you mean ${this.suggestions.join(", ")}?`
    return `There is no instance, program or group named ${this.name}.${near}`
  }
}

export class UnknownGeneration extends Schema.TaggedError<UnknownGeneration>()(
  "UnknownGeneration",
  { number: Schema.Finite },
  { httpApiStatus: 404 }
) {
  override get message() {
    return `There is no generation ${this.number}; "reeve history" lists them.`
  }
}

/** The files do not evaluate to a desired state; nothing was changed. */
export class LoadRejected extends Schema.TaggedError<LoadRejected>()(
  "LoadRejected",
  { problems: Schema.Array(Problem) },
  { httpApiStatus: 422 }
) {
  override get message() {
    const errors = this.problems.filter((problem) => problem.severity === "error").length
    return `The files have ${errors} ${errors === 1 ? "error" : "errors"}; nothing was changed.`
  }
}

/** The saved plan touches an instance that has moved since. */
export class PlanIsStale extends Schema.TaggedError<PlanIsStale>()(
  "PlanIsStale",
  { moved: Schema.Array(Schema.String) },
  { httpApiStatus: 409 }
) {
  override get message() {
    return `The saved plan is stale: ${this.moved.join(", ")} changed since it was made. Make a new one.`
  }
}

export class PlanIsHeld extends Schema.TaggedError<PlanIsHeld>()(
  "PlanIsHeld",
  { holds: Schema.Array(Hold), plan: Plan },
  { httpApiStatus: 423 }
) {
  override get message() {
    return this.holds.map((hold) => hold.text).join("; ")
  }
}

/** A request that makes no sense although it has the right shape: an unknown signal, a scale of an ini program. */
export class BadRequest extends Schema.TaggedError<BadRequest>()(
  "BadRequest",
  { text: Schema.String },
  { httpApiStatus: 400 }
) {
  override get message() {
    return this.text
  }
}

/** The daemon will not do it as things are; nothing was changed. */
export class Refused extends Schema.TaggedError<Refused>()(
  "Refused",
  { text: Schema.String },
  { httpApiStatus: 403 }
) {
  override get message() {
    return this.text
  }
}

/** What was asked for is not there: a git revision, or files in it. */
export class NoRevision extends Schema.TaggedError<NoRevision>()(
  "NoRevision",
  { text: Schema.String },
  { httpApiStatus: 404 }
) {
  override get message() {
    return this.text
  }
}

/** The state directory cannot be read or written. */
export class StoreTrouble extends Schema.TaggedError<StoreTrouble>()(
  "StoreTrouble",
  { text: Schema.String },
  { httpApiStatus: 503 }
) {
  override get message() {
    return `The state directory cannot be used: ${this.text}`
  }
}
