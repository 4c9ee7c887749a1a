/** Why something is done by hand, and for how long: flags of `stop`, `start` and `scale`. */
import * as Clock from "effect/Clock"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { formatDuration, parseDuration } from "../domain/Duration.ts"
import { longestDurationMs, reasonLength } from "../domain/limits.ts"
import type { Terms } from "../domain/Terms.ts"

/** Milliseconds. A moment that has come already ends nothing that was begun. */
const readDuration = (text: string): Option.Option<number> =>
  Option.filter(
    Option.fromNullishOr(parseDuration(text)),
    (ms) => ms > 0 && ms <= longestDurationMs
  )

export const reasonFlag = Flag.String("reason").pipe(
  Flag.withMetavar("TEXT"),
  Flag.filter(
    ({ length }) => length <= reasonLength,
    () => `a text of at most ${reasonLength} characters`
  ),
  Flag.optional,
  Flag.withDescription("Why, for whoever looks at it later: status, plan and events show it")
)

export const termFlags = {
  reason: reasonFlag,
  for: Flag.String("for").pipe(
    Flag.withMetavar("DURATION"),
    Flag.filterMap(
      readDuration,
      () => `a duration such as 30s, 2h or 1h30m, of at most ${formatDuration(longestDurationMs)}`
    ),
    Flag.optional,
    Flag.withDescription(
      "How long: after 30s, 2h … the files decide again (default: until released)"
    )
  )
}

export const termsOf = (given: {
  readonly reason: Option.Option<string>
  readonly for: Option.Option<number>
}): Effect.Effect<Terms> =>
  Effect.map(Clock.currentTimeMillis, (now) => ({
    reason: Option.getOrNull(given.reason),
    until: Option.match(given.for, { onNone: () => null, onSome: (ms) => now + Math.ceil(ms) })
  }))
