/**
 * One of 500 programs is given another command: from the request to the stamp of the new instance, median of a few changes, each
 * of another program. Three ways to ask it of reeve, each compared with the one that supervisord has: `supervisorctl update`;
 * the save of a file; and the apply of a plan that was evaluated before.
 */
import { setTimeout as pause } from "node:timers/promises"
import type { Figure } from "../harness/Figure.ts"
import { fixtures } from "../harness/fixtures.ts"
import { atMost, below } from "../harness/goals.ts"
import { allBegun, fewer, msBetween, now, settled, stamping } from "../harness/loads.ts"
import type { Site } from "../harness/Site.ts"
import { median } from "../harness/statistics.ts"
import type { Running } from "../harness/Target.ts"
import { withRunning } from "../harness/withRunning.ts"
import { everyone } from "./names.ts"

const full = 500
const patienceSeconds = 30
/** One save is one event for a watcher, and what the change before has started counts as up. */
const quietMs = 1_500
const row = "change one of 500"

export const change: Figure = {
  id: "change",
  row,
  metrics: [
    {
      id: "change.command",
      title: `${row}, command to new instance (reeve: \`supervisorctl update\`; typed: save of a file)`,
      unit: "ms",
      better: "less",
      goals: [atMost(0.5, "supervisord"), below(150, "ms", "reeve typed")]
    },
    {
      id: "change.apply",
      title: `${row}, apply of an evaluated plan to new instance (others: their command)`,
      unit: "ms",
      better: "less",
      goals: [atMost(0.1, "supervisord", "reeve typed")]
    }
  ],
  targets: everyone,
  measure: (target, site, scale) => {
    const count = fewer(scale, full)
    return withRunning(target, site, stamping(site, count), async (running) => {
      await allBegun(site, count)
      await settled(scale)
      const times = scale === "short" ? 1 : 5
      const command = await medianChange(site, times, (...words) => issue(running, ...words))
      const { applyPlan } = running
      if (applyPlan !== undefined) {
        const apply = await medianChange(site, times, applyPlan, times)
        return { "change.command": command, "change.apply": apply }
      }
      // Its command is an update from the files: another way of reeve's, not one to compare with.
      if (target.name === "reeve") return { "change.command": command }
      return { "change.command": command, "change.apply": command }
    })
  }
}

/** Resolves, once it is done, with the moment just before. */
type Issue = (name: string, command: ReadonlyArray<string>) => Promise<bigint>

const issue = async (
  running: Running,
  name: string,
  command: ReadonlyArray<string>
): Promise<bigint> => {
  if (running.change === null) throw new Error("it has no command to change a program by")
  const from = now()
  await running.change(name, command)
  return from
}

/** `first`: the number of the first program that is changed; from 0. */
const medianChange = async (
  site: Site,
  times: number,
  issued: Issue,
  first = 0
): Promise<number> => {
  const measured: Array<number> = []
  for (let at = first; at < first + times; at++) {
    // What it stamps as tells the new instance from the old one.
    const stampedAs = `changed-p${at}`
    const from = await issued(`p${at}`, [fixtures().stamp, site.stamps.file, stampedAs])
    const isIt = (stamp: { readonly name: string }) => stamp.name === stampedAs
    const stamps = await site.stamps.until(stampedAs, (all) => all.some(isIt), patienceSeconds)
    measured.push(msBetween(from, stamps.find(isIt)?.at ?? from))
    await pause(quietMs)
  }
  return median(measured)
}
