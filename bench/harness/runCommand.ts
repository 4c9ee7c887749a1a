/** A command of a target that ends by itself. */
import { execFile } from "node:child_process"
import { promisify } from "node:util"
import { markedEnvironment } from "./marked.ts"
import type { Site } from "./Site.ts"

/** What it printed; fails where it ends with another status than 0. */
export const runCommand = async (
  site: Site,
  [file = "", ...words]: ReadonlyArray<string>,
  environment: Readonly<Record<string, string>> = {}
): Promise<string> => {
  const { stdout } = await promisify(execFile)(file, words, {
    cwd: site.directory,
    env: markedEnvironment(site, environment),
    maxBuffer: 1 << 28
  })
  return stdout
}
