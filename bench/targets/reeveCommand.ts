/** reeve as it is built in this tree, on the Node that the bench runs on. */
import { existsSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import type { Found } from "../harness/Target.ts"

const bundle = fileURLToPath(new URL("../../dist/reeve.js", import.meta.url))

export const reeveCommand: ReadonlyArray<string> = [process.execPath, bundle]

export const versionCommand: ReadonlyArray<string> = [...reeveCommand, "--version"]

export const findReeve = async (): Promise<Found> => {
  if (!existsSync(bundle)) return { isThere: false, install: "Build it: npm run build" }
  const manifest = readFileSync(new URL("../../package.json", import.meta.url), "utf8")
  return { isThere: true, version: String(JSON.parse(manifest).version) }
}
