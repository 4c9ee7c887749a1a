/** A history of typed lines in a file, one a line, the oldest first. Trouble with it is nobody's concern: no error. */
import { nodeFs } from "./nodeFs.ts"

export const readHistory = (path: string): ReadonlyArray<string> => {
  try {
    return nodeFs
      .readFileSync(path, "utf8")
      .split("\n")
      .filter((line) => line !== "")
  } catch {
    return []
  }
}

/** For the owner alone where it is new. */
export const writeHistory = (path: string, lines: ReadonlyArray<string>): void => {
  try {
    nodeFs.writeFileSync(path, lines.map((line) => `${line}\n`).join(""), { mode: 0o600 })
  } catch {
    // As documented: a history that cannot be kept is lost.
  }
}
