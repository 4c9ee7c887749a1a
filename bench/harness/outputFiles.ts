/** What the programs of a site have written, as it lies in files: the current ones and those that were rotated away. */
import { readdirSync, readFileSync, statSync } from "node:fs"
import { join, relative } from "node:path"
import { setTimeout as pause } from "node:timers/promises"
import type { Site } from "./Site.ts"

/**
 * `NAME.log` and its older ones (`NAME.log.1`), or, of targets whose logger has a directory a program, `current` in it and its
 * older ones (`@…`); not what loggers keep beside.
 */
const isOutput = /\.log(\.\d+)?$|^current$|^@/

/** All that there are, of one program or of every one, in no order, whatever the target calls them. */
export const outputFiles = ({ logs }: Site, name?: string): ReadonlyArray<string> =>
  readdirSync(logs, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && isOutput.test(entry.name))
    .map((entry) => relative(logs, join(entry.parentPath, entry.name)))
    .filter((path) => name === undefined || path.split(/[./]/)[0] === name)
    .map((path) => join(logs, path))

const bytesIn = (site: Site): number =>
  outputFiles(site).reduce((sum, path) => sum + sizeOf(path), 0)

/** One may be renamed or dropped between the two looks. */
const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0

const newline = "\n".charCodeAt(0)

export const linesIn = (site: Site): number =>
  outputFiles(site).reduce((sum, path) => sum + newlinesOf(readFileSync(path)), 0)

const newlinesOf = (bytes: Buffer): number => {
  let count = 0
  for (let at = bytes.indexOf(newline); at >= 0; at = bytes.indexOf(newline, at + 1)) count++
  return count
}

const everyMs = 20
/** So long without growth: nothing more comes. */
const stillMs = 500

/** Until so many bytes are there, or no more come; tells how many are. */
export const allWritten = async (site: Site, expected: number): Promise<number> => {
  let bytes = bytesIn(site)
  for (let still = 0; bytes < expected && still < stillMs; still += everyMs) {
    await pause(everyMs)
    const now = bytesIn(site)
    if (now !== bytes) still = 0
    bytes = now
  }
  return bytes
}
