/**
 * The environment that reeve was started with, as programs may inherit it (design 5): without what npm adds when it runs a
 * script (`npm_*`, its directories in PATH, and the INIT_CWD and NODE that come with them), what the processes of
 * reeve tell each other, and what a service manager tells reeve.
 */
import { KEEPER_PROTOCOL } from "../core/keeperProtocol.ts"
import { MANAGER_VARIABLES } from "./sdNotify.ts"
import { START_OPEN_FILES } from "./startOpenFiles.ts"

export const startEnvironment = (
  environment: Readonly<Record<string, string | undefined>>
): ReadonlyMap<string, string> => {
  const kept = new Map<string, string>()
  const underNpm = environment["npm_lifecycle_event"] !== undefined
  for (const [name, value] of Object.entries(environment)) {
    if (value === undefined || ofReeve.has(name) || /^npm_/i.test(name)) continue
    if (MANAGER_VARIABLES.has(name)) continue
    if (underNpm && setByNpm(name, value, environment)) continue
    kept.set(name, name === "PATH" && underNpm ? withoutNpm(value) : value)
  }
  return kept
}

const ofReeve: ReadonlySet<string> = new Set([START_OPEN_FILES, KEEPER_PROTOCOL])

const setByNpm = (
  name: string,
  value: string,
  environment: Readonly<Record<string, string | undefined>>
): boolean => name === "INIT_CWD" || (name === "NODE" && value === environment["npm_node_execpath"])

/** npm puts `node_modules/.bin` of the package and of every directory above it first, and its `node-gyp-bin` after. */
const withoutNpm = (path: string): string =>
  path
    .split(":")
    .filter((part) => !/\/node_modules\/\.bin$|\/node-gyp-bin$/.test(part))
    .join(":")
