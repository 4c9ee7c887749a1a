/** Memory of a process that works now and then and does nothing in between. */
import { PerformanceObserver } from "node:perf_hooks"
import { giveBackMemory, leaveTimersOut } from "./giveBackMemory.ts"
import { whenQuiet } from "./whenQuiet.ts"

/**
 * From now on memory is given back when the start is over, and whenever V8 has taken `worthwhileMB` more than it then had and
 * what took that is over. `giveBackMore` is done before.
 */
export const restBetweenWork = (worthwhileMB: number, giveBackMore: () => void): void => {
  leaveTimersOut()
  let atRest = Number.POSITIVE_INFINITY
  const rest = (): void => {
    atRest = Number.POSITIVE_INFINITY
    whenQuiet(() => {
      giveBackMore()
      giveBackMemory()
      atRest = process.memoryUsage().heapTotal
    })
  }
  rest()
  // Memory is taken while garbage is collected.
  new PerformanceObserver(() => {
    if (process.memoryUsage().heapTotal > atRest + worthwhileMB * 1e6) rest()
  }).observe({ entryTypes: ["gc"] })
}
