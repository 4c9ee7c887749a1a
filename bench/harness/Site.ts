/** A directory of one measurement, and what the fixtures in it have told. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Stamps } from "./Stamps.ts"

export interface Site {
  readonly directory: string
  /** Where output files of programs go; exists. */
  readonly logs: string
  /** Told to the fixtures as their FILE. */
  readonly stamps: Stamps
  readonly remove: () => void
}

const made = new Set<Site>()

/** Those that were made by this process and not removed yet. */
export const openSites = (): ReadonlyArray<Site> => [...made]

export const makeSite = (): Site => {
  const directory = mkdtempSync(join(tmpdir(), "reeve-bench-"))
  const logs = join(directory, "logs")
  mkdirSync(logs)
  const site: Site = {
    directory,
    logs,
    stamps: new Stamps(join(directory, "stamps")),
    remove: () => {
      made.delete(site)
      rmSync(directory, { recursive: true, force: true })
    }
  }
  made.add(site)
  return site
}
