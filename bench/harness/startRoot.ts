/** A target's process in the foreground, as it is launched and stopped. */
import { spawn } from "node:child_process"
import { closeSync, openSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { endTree } from "./endTree.ts"
import { markedEnvironment } from "./marked.ts"
import type { Site } from "./Site.ts"

export interface Root {
  /** Nanoseconds of CLOCK_MONOTONIC, just before the spawn. */
  readonly launchedAt: bigint
  readonly root: number
  /** Resolves at its end. */
  readonly ended: Promise<void>
  /** Sends it the signal and resolves at its end; fails where that does not come. */
  readonly stopBy: (signal: NodeJS.Signals) => Promise<void>
  readonly end: () => Promise<void>
}

const stopSeconds = 120

/** In a session of its own and with the site as its directory; what it prints goes to a file there, `target.out`. */
export const startRoot = (
  site: Site,
  [file = "", ...words]: ReadonlyArray<string>,
  environment: Readonly<Record<string, string>> = {}
): Root => {
  const env = markedEnvironment(site, environment)
  const output = openSync(join(site.directory, "target.out"), "a")
  const launchedAt = process.hrtime.bigint()
  const child = spawn(file, words, {
    cwd: site.directory,
    env,
    stdio: ["ignore", output, output],
    detached: true
  })
  closeSync(output)
  const ended = new Promise<void>((resolve, reject) => {
    child.once("exit", () => resolve())
    child.once("error", reject)
  })
  ended.catch(() => undefined)
  return {
    launchedAt,
    root: child.pid ?? -1,
    ended,
    stopBy: (signal) => {
      child.kill(signal)
      return within(ended, () => `${file} did not end by ${signal}: ${printed(site)}`)
    },
    end: () => endTree(site.directory)
  }
}

/** The last of what the target printed. */
const printed = (site: Site): string =>
  readFileSync(join(site.directory, "target.out"), "utf8").slice(-500)

const within = async (ended: Promise<void>, why: () => string): Promise<void> => {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Error(why())), stopSeconds * 1_000)
  try {
    await Promise.race([ended, late.promise])
  } finally {
    clearTimeout(timer)
  }
}
