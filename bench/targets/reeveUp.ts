/** `reeve up` with supervisord's ini, as it is before programs are moved to TypeScript. */
import type { Target } from "../harness/Target.ts"
import { launchReeveUp } from "./launchReeveUp.ts"
import { findReeve, versionCommand } from "./reeveCommand.ts"
import { programSections } from "./supervisordIni.ts"

export const reeveUp: Target = {
  name: "reeve up",
  find: findReeve,
  versionCommand,
  launch: async (site, load) =>
    launchReeveUp(site, load, {
      file: "bench.ini",
      text: (programs) => programSections(site, load, programs)
    })
}
