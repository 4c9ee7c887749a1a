/** Memory of a process that works now and then and does nothing in between. */
import { PerformanceObserver } from "node:perf_hooks"
import { giveBackMemory, leaveTimersOut } from "./giveBackMemory.ts"
import { whenQuiet } from "./whenQuiet.ts"

/** What V8 may take above what it has at rest before it is worth a pause. */
const worthwhileBytes = 8 * 1024 * 1024

/** From now on memory is given back when the start is over, and whenever something that took much is over. */
export const restBetweenWork = (): void => {
  leaveTimersOut()
  let atRest = Number.POSITIVE_INFINITY
  const rest = (): void => {
    atRest = Number.POSITIVE_INFINITY
    whenQuiet(() => {
      giveBackMemory()
      atRest = process.memoryUsage().heapTotal
    })
  }
  rest()
  // Memory is taken while garbage is collected.
  new PerformanceObserver(() => {
    if (process.memoryUsage().heapTotal > atRest + worthwhileBytes) rest()
  }).observe({ entryTypes: ["gc"] })
}
