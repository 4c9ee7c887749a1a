import { constants } from "node:os"
import { endTree } from "./endTree.ts"
import { openSites } from "./Site.ts"

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const

/** From now on a signal that ends the bench ends what it measures first: the targets have sessions of their own and hear none. */
export const endOnSignals = (): void => {
  let isEnding = false
  for (const signal of signals) {
    process.on(signal, () => {
      // It may come twice, to the process and to its group: the second must not cut the work short.
      if (!isEnding) void endAll(signal)
      isEnding = true
    })
  }
}

const endAll = async (signal: (typeof signals)[number]): Promise<void> => {
  for (const site of openSites()) {
    await endTree(site.directory)
    site.remove()
  }
  process.exit(128 + constants.signals[signal])
}
