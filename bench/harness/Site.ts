/** The directories of one measurement, and what the fixtures in them have told. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, truncateSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { inMemory } from "./inMemory.ts"
import { Stamps } from "./Stamps.ts"

export interface Site {
  /** In memory, where the machine has such a place: for what does not outlive a boot. */
  readonly directory: string
  /** On a disk, as what is to be kept. */
  readonly disk: string
  /** Where output files of programs go; exists. */
  readonly logs: string
  /** Told to the fixtures as their FILE. */
  readonly stamps: Stamps
  readonly remove: () => void
}

const made = new Set<Site>()

/**
 * What lay on the disk goes when this process ends: one without a journal passes by the numbers of files that were removed in
 * the last minutes, so that each measurement would be slowed down by those before. Its space is given back at once.
 */
const emptied = new Set<string>()
export const removeEmptied = (): void => {
  for (const disk of emptied) removeAll(disk)
  emptied.clear()
}
process.once("exit", removeEmptied)

const empty = (disk: string): void => {
  for (const entry of readdirSync(disk, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) truncateSync(join(entry.parentPath, entry.name))
  }
  emptied.add(disk)
}

const removeAll = (directory: string): void => rmSync(directory, { recursive: true, force: true })

/** Those that were made by this process and not removed yet. */
export const openSites = (): ReadonlyArray<Site> => [...made]

export const makeSite = (): Site => {
  const directory = mkdtempSync(join(inMemory() ?? tmpdir(), "reeve-bench-"))
  const disk = mkdtempSync(join(tmpdir(), "reeve-bench-"))
  const logs = join(disk, "logs")
  mkdirSync(logs)
  const site: Site = {
    directory,
    disk,
    logs,
    stamps: new Stamps(join(directory, "stamps")),
    remove: () => {
      made.delete(site)
      removeAll(directory)
      empty(disk)
    }
  }
  made.add(site)
  return site
}
