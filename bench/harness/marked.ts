/**
 * Every process that a measurement starts has the directory of its site in its environment, and so has all that it starts: by
 * that alone it is known whom a measurement may kill.
 */
import { dirname } from "node:path"
import type { Site } from "./Site.ts"

export const markName = "REEVE_BENCH_SITE"

/** What every target is started with, the same for all. `node` of PATH is the one that the bench runs on. */
export const markedEnvironment = (
  site: Site,
  more: Readonly<Record<string, string>> = {}
): Readonly<Record<string, string>> => ({
  PATH: `${dirname(process.execPath)}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
  HOME: process.env["HOME"] ?? "/",
  LANG: "C.UTF-8",
  [markName]: site.directory,
  ...more
})
