import { mkdirSync, symlinkSync } from "node:fs"
import { join } from "node:path"
import type { Site } from "../harness/Site.ts"

/** A fresh state directory on the disk; what does not outlive a boot is apart from it, as `/run/reeve` is for a service. */
export const makeState = (site: Site): string => {
  const [state, run] = [join(site.disk, "state"), join(site.directory, "run")]
  for (const directory of [state, run]) mkdirSync(directory, { mode: 0o700 })
  symlinkSync(run, join(state, "run"))
  return state
}
