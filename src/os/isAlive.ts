import { processStat } from "./procStat.ts"

/** With the boot, which both are of, these name a process for ever. */
export interface ProcessIdentity {
  readonly pid: number
  readonly startTicks: number
}

/** Whether that very process runs; one that has ended and was not reaped does not. */
export const isAlive = ({ pid, startTicks }: ProcessIdentity): boolean => {
  const facts = processStat(pid)
  return facts !== null && facts.startTicks === startTicks && facts.state !== "Z"
}
