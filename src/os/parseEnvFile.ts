import { parseEnv } from "node:util"

/** The variables of a `.env` file, in its order, by Node's own rules (quotes, comments, `export`). Never fails. */
export const parseEnvFile = (text: string): ReadonlyMap<string, string> => {
  const found = new Map<string, string>()
  for (const [name, value] of Object.entries(parseEnv(text))) {
    if (value !== undefined) found.set(name, value)
  }
  return found
}
