import { join } from "node:path"
import type { Load } from "../harness/Target.ts"
import { quoted, writeScript } from "../harness/writeScript.ts"

/** What a service directory of runit or s6 runs. */
export const writeRun = (
  services: string,
  name: string,
  command: ReadonlyArray<string>,
  { output }: Load
): void =>
  writeScript(
    join(services, name, "run"),
    `exec ${quoted(command)}${output === "none" ? " >/dev/null" : ""}`
  )
