/** What stands between the files and what runs, for `reeve status`: an apply at work, errors in the files, a plan that waits. */
import type { StatusAnswer } from "../../api/messages.ts"
import { displayPath } from "../../core/displayPath.ts"
import { pinnedSince } from "../../core/pinText.ts"
import { renderProblems } from "../../core/renderProblems.ts"
import type { Pin } from "../../domain/Pin.ts"

export interface StandingOptions {
  readonly colour: boolean
  /** Files below it are shown as seen from here. */
  readonly directory: string
  /** A moment as `2026-11-22 06:48:05`. */
  readonly dateTime: (ms: number) => string
}

type Standing = StatusAnswer["standing"]

/** Lines for the user; none when what runs is what the files say, and nothing is being done about it. */
export const renderStanding = (
  { generation, pending, phase, pin, problems }: Standing,
  { colour, dateTime, directory }: StandingOptions
): ReadonlyArray<string> => {
  const lines: Array<string> = []
  if (pin !== null) lines.push(pinnedLine(pin, dateTime))
  if (phase === "applying" && generation !== null) {
    lines.push(`Generation ${generation} is being applied; reeve plan shows what is left to do.`)
  }
  if (problems.length > 0) {
    const placed = problems.map((problem) => ({
      ...problem,
      file: problem.file === null ? null : displayPath(problem.file, directory)
    }))
    const kept =
      generation === null ? "nothing runs yet" : `generation ${generation} is kept running`
    lines.push(renderProblems(placed, { color: colour }), `The files have errors; ${kept}.`)
  }
  if (pending !== null) {
    // The pin is told already.
    const reasons = pending.holds
      .map(({ kind, text }) => (kind === "pinned" ? "a generation is pinned" : text))
      .join("; ")
    lines.push(`A plan is held (${reasons}); see it with reeve plan.`)
  }
  return lines
}

/** `Pinned to generation 12 by alice since 2026-11-22 06:48:05: saves wait for reeve resume.` */
export const pinnedLine = (pin: Pin, dateTime: (ms: number) => string): string => {
  const text = pinnedSince(pin, dateTime)
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}: saves wait for reeve resume.`
}
