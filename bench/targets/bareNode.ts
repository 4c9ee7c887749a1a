/** The floor of what runs on Node: a plain loop over `node:child_process`, on the Node that reeve is run on. */
import { fileURLToPath } from "node:url"
import type { Target } from "../harness/Target.ts"
import { launchBareLoop } from "./bareLoop.ts"

const loop = fileURLToPath(new URL("./bareNode/loop.mjs", import.meta.url))

export const bareNode: Target = {
  name: "bare Node",
  find: async () => ({ isThere: true, version: process.version }),
  // `--version` is answered before there is an engine: the floor of a command is one that does nothing.
  versionCommand: [process.execPath, "--eval", "0"],
  launch: async (site, load) => launchBareLoop([process.execPath, loop], site, load)
}
