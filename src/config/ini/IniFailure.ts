/** A configuration that supervisord would refuse. Its problems are in supervisord's order. */
import * as Data from "effect/Data"
import type { Problem } from "../../domain/Problem.ts"

export class IniFailure extends Data.TaggedError("IniFailure")<{
  readonly problems: ReadonlyArray<Problem>
  readonly inputs: ReadonlyArray<string>
  readonly patterns: ReadonlyArray<string>
}> {
  /** What supervisord would print behind `Error: `. */
  get text(): string {
    return this.problems.find(({ severity }) => severity === "error")?.message ?? ""
  }
}
