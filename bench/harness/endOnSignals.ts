import { constants } from "node:os"
import { endTree } from "./endTree.ts"
import { openSites } from "./Site.ts"

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const

/** From now on a signal that ends the bench ends what it measures first: the targets have sessions of their own and hear none. */
export const endOnSignals = (): void => {
  for (const signal of signals) process.once(signal, () => void endAll(signal))
}

const endAll = async (signal: (typeof signals)[number]): Promise<void> => {
  for (const site of openSites()) {
    await endTree(site.directory)
    site.remove()
  }
  process.exit(128 + constants.signals[signal])
}
