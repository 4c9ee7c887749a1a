/**
 * After a crash of the daemon its programs are children of the keeper, which cannot supervise them: it stops them, so that
 * nothing runs unsupervised. They are found by parent and by session, again and again, because what ends leaves orphans.
 */
import { setTimeout as sleep } from "node:timers/promises"
import * as libc from "./libc.ts"
import type { ProcessFacts } from "./Proc.ts"
import { allProcesses } from "./procStat.ts"

/** Between TERM and KILL. */
const PATIENCE_MS = 10_000
/** After KILL: what is still there then is stuck in the kernel. */
const LAST_WAIT_MS = 5_000
const POLL_MS = 20

const SIGTERM = 15
const SIGKILL = 9

/** `spared`: children that were there before the daemon. Gives how many processes it found. */
export const stopInherited = async (
  spared: ReadonlySet<string>,
  say: (line: string) => void
): Promise<number> => {
  const told = new Set<string>()
  const begun = performance.now()
  for (;;) {
    const left = inherited(spared)
    const waited = performance.now() - begun
    if (left.length === 0) return told.size
    if (waited > PATIENCE_MS + LAST_WAIT_MS) {
      for (const { command, pid } of left) say(`pid ${pid} does not end: ${command}`)
      return told.size
    }
    for (const facts of left) {
      if (!told.has(identity(facts))) {
        told.add(identity(facts))
        say(`stopping pid ${facts.pid}: ${facts.command}`)
        libc.kill(facts.pid, SIGTERM)
      }
      if (waited > PATIENCE_MS) libc.kill(facts.pid, SIGKILL)
    }
    await sleep(POLL_MS)
  }
}

/** Names a process for ever, within one boot. */
export const identity = ({ pid, startTicks }: ProcessFacts): string => `${pid}@${startTicks}`

/** Children of this process now, ended ones included. */
export const children = (): ReadonlyArray<ProcessFacts> =>
  allProcesses().filter(({ parent }) => parent === process.pid)

/** Living children of this process, the members of their sessions, and everything below them. */
const inherited = (spared: ReadonlySet<string>): ReadonlyArray<ProcessFacts> => {
  const living = allProcesses().filter(
    (facts) => facts.state !== "Z" && facts.state !== "X" && !spared.has(identity(facts))
  )
  const own = living.find(({ pid }) => pid === process.pid)
  const found = new Map<number, ProcessFacts>()
  const sessions = new Set<number>()
  const take = (facts: ProcessFacts) => {
    found.set(facts.pid, facts)
    if (facts.session !== own?.session) sessions.add(facts.session)
  }
  for (const facts of living) if (facts.parent === process.pid) take(facts)
  for (let before = -1; before !== found.size; ) {
    before = found.size
    for (const facts of living) {
      if (found.has(facts.pid) || facts.pid === process.pid) continue
      if (found.has(facts.parent) || sessions.has(facts.session)) take(facts)
    }
  }
  return [...found.values()]
}
