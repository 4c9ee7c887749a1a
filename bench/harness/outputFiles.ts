/** Where a program's output has come to, whatever the target calls its files. */
import { existsSync, readdirSync } from "node:fs"
import { join } from "node:path"
import type { Site } from "./Site.ts"

/**
 * All that there are: `NAME.log` and its older ones (`NAME.log.1`), or, of targets whose logger has a directory a program,
 * `current` in `NAME/` and its older ones (`@…`). In no order.
 */
export const outputFiles = ({ logs }: Site, name: string): ReadonlyArray<string> => {
  const directory = join(logs, name)
  const inDirectory = existsSync(directory) ? readdirSync(directory) : []
  return [
    ...readdirSync(logs)
      .filter((file) => file === `${name}.log` || file.startsWith(`${name}.log.`))
      .map((file) => join(logs, file)),
    ...inDirectory
      .filter((file) => file === "current" || file.startsWith("@"))
      .map((file) => join(directory, file))
  ]
}
