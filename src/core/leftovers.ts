/**
 * Which processes an ended process left behind: live members of the group or the session that it led. A number is its own
 * only as long as nobody else has it: when its pid belongs to a younger process, its group and session are gone, since the
 * kernel gives no number away that a group or session still uses.
 */

interface Facts {
  readonly pid: number
  readonly group: number
  readonly session: number
  readonly startTicks: number
  readonly state: string
}

export interface Leader {
  readonly pid: number
  readonly startTicks: number
}

export const isLive = (facts: Facts): boolean => facts.state !== "Z" && facts.state !== "X"

export const isReused = (leader: Leader, all: ReadonlyArray<Facts>): boolean =>
  all.some(({ pid, startTicks }) => pid === leader.pid && startTicks !== leader.startTicks)

export const leftBy = <F extends Facts>(leader: Leader, all: ReadonlyArray<F>): ReadonlyArray<F> =>
  isReused(leader, all)
    ? []
    : all.filter(
        (facts) =>
          isLive(facts) &&
          facts.pid !== leader.pid &&
          (facts.group === leader.pid || facts.session === leader.pid)
      )
