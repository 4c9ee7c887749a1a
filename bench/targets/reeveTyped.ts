/** `reeve up` with the programs in TypeScript: one file that makes them all. */
import { join } from "node:path"
import { markName } from "../harness/marked.ts"
import type { Programs } from "../harness/Programs.ts"
import type { Site } from "../harness/Site.ts"
import type { Load, Target } from "../harness/Target.ts"
import { launchReeveUp } from "./launchReeveUp.ts"
import { findReeve, versionCommand } from "./reeveCommand.ts"

export const reeveTyped: Target = {
  name: "reeve typed",
  find: findReeve,
  versionCommand,
  launch: async (site, load) =>
    launchReeveUp(site, load, { file: "bench.ts", text: (programs) => text(site, load, programs) })
}

/** What another process follows at once waits only after a start that failed, as with supervisord. */
const text = (
  site: Site,
  load: Load,
  programs: Programs
): string => `import { defineProgram, fixed } from "reeve"

const commands = ${JSON.stringify([...programs], null, 2)}

export default commands.map(([name, command]) =>
  defineProgram({
    name,
    command,
    inheritEnvironment: [${JSON.stringify(markName)}],
    start: { stableAfter: "${load.stableSeconds}s" },
    restart: { when: "${load.restarts ? "always" : "never"}", backoff: fixed("1s", { pace: "starts" }) },
    logs: { stdout: ${stdout(site, load)}, stderr: { file: "none" } }
  })
)
`

const stdout = (site: Site, { output, rotateBytes }: Load): string =>
  output === "none"
    ? '{ file: "none" }'
    : `{ file: \`${join(site.logs, "$" + "{name}.log")}\`, maxSize: ${rotateBytes ?? 0}, backups: 3 }`
