/**
 * 50 programs that end as soon as they have stamped, and are started again at once and for ever: stamps a second, over ten
 * seconds from when all have had their first. Meanwhile a client asks for the state of the supervisor over one connection, 20 ms
 * after each answer; its p99 is from the request to the answer. The bench's own wait for a processor is in it, for all alike.
 */
import { existsSync } from "node:fs"
import { setTimeout as pause } from "node:timers/promises"
import { connectCaller } from "../../test/peers/speed/Caller.ts"
import type { Figure } from "../harness/Figure.ts"
import { fixtures } from "../harness/fixtures.ts"
import { atLeast, atMost } from "../harness/goals.ts"
import { allBegun, fewer, now, stamping } from "../harness/loads.ts"
import { percentile } from "../harness/statistics.ts"
import { withRunning } from "../harness/withRunning.ts"
import { everyone } from "./names.ts"

const everyMs = 20
const row = "50 programs that exit at once"

export const storm: Figure = {
  id: "storm",
  row,
  metrics: [
    {
      id: "storm.restarts",
      title: `${row}: restarts`,
      unit: "per s",
      better: "more",
      goals: [atLeast(2, "supervisord")]
    },
    {
      id: "storm.control",
      title: `${row}: control p99 meanwhile`,
      unit: "ms",
      better: "less",
      goals: [atMost(0.5, "supervisord")]
    }
  ],
  targets: everyone,
  measure: (target, site, scale) => {
    const count = fewer(scale, 50)
    const ms = scale === "short" ? 1_000 : 10_000
    const command = [fixtures().stamp, site.stamps.file, "{name}", "exit"]
    const load = stamping(site, count, { command, stableSeconds: 0 })
    return withRunning(target, site, load, async ({ end, xmlrpc }) => {
      await allBegun(site, count)
      const from = now()
      const latencies = xmlrpc === null ? null : await latenciesOf(xmlrpc, ms)
      if (latencies === null) await pause(ms)
      const until = now()
      await end()
      const restarts = site.stamps.all().filter(({ at }) => at >= from && at < until).length
      const rate = { "storm.restarts": restarts / (Number(until - from) / 1e9) }
      return latencies === null ? rate : { ...rate, "storm.control": percentile(latencies, 0.99) }
    })
  }
}

/** Milliseconds of each request, for so long. */
const latenciesOf = async (socket: string, ms: number): Promise<ReadonlyArray<number>> => {
  for (let waited = 0; !existsSync(socket) && waited < ms; waited += everyMs) await pause(everyMs)
  const { call, close } = await connectCaller(socket, "supervisor.getState")
  const end = performance.now() + ms
  const latencies: Array<number> = []
  try {
    while (performance.now() < end) {
      const from = performance.now()
      const answer = await call()
      latencies.push(performance.now() - from)
      if (!answer.includes("RUNNING")) throw new Error(`no such answer: ${answer}`)
      await pause(everyMs)
    }
    return latencies
  } finally {
    close()
  }
}
