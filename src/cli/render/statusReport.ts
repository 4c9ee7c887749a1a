/** All that `reeve status` prints of a StatusAnswer, or of the answers that hold the same. */
import type { StatusAnswer } from "../../api/messages.ts"
import type { StandingOptions } from "./standing.ts"
import { renderStanding } from "./standing.ts"
import { renderStatus } from "./status.ts"
import { makeStyle } from "./style.ts"
import { renderSupervision } from "./supervision.ts"

export interface StatusReport {
  /** For standard output; null: there is nothing to be listed. */
  readonly table: string | null
  /** For standard error, each to be followed by a line break. */
  readonly notes: ReadonlyArray<string>
}

/** `now`: wall clock, milliseconds. */
export const statusReport = (
  { instances, standing, supervision }: Omit<StatusAnswer, "format">,
  options: StandingOptions & { readonly now: number }
): StatusReport => {
  const { colour, dateTime, now } = options
  const about = [...renderSupervision(supervision, now), ...renderStanding(standing, options)]
  const notes = about.length === 0 ? [] : [about.join("\n")]
  return instances.length === 0
    ? { table: null, notes: [nothingDeclared, ...notes] }
    : { table: renderStatus(instances, makeStyle(colour), { now, dateTime }), notes }
}

const nothingDeclared = "Nothing is declared. See what the files say with: reeve plan"
