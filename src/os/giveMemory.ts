/** Memory of one thread of Node that goes back to the system, in one collection of all that takes tens of milliseconds. */
import { getHeapStatistics } from "node:v8"
import { trimAllocator } from "./libc.ts"
import { emptyHolders } from "./memoryHolders.ts"

/** What the heap of the calling thread takes of the machine's memory, in bytes. */
export const heapBytes = (): number => getHeapStatistics().total_physical_size

/** Whether it can: only where Node was started for it (`stayingFlags`). */
export const canGiveMemory = (): boolean => globalThis.gc !== undefined

/** Of the calling thread's heap and holders, and what the C library keeps for all threads. */
export const giveMemory = (): void => {
  globalThis.gc?.({ type: "major", execution: "sync", flavor: "last-resort" })
  emptyHolders()
  trimAllocator()
}
