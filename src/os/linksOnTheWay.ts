/** The links that lead to a path, by where they really are: whoever replaces one of them makes the path another place. */
import { lstatSync, readlinkSync } from "node:fs"
import { isAbsolute, join } from "node:path"

/** As many as Linux follows. */
const most = 40

/** In order. What is missing ends the way. */
export const linksOnTheWay = (path: string): ReadonlyArray<string> => {
  const links: Array<string> = []
  let steps = stepsOf(path)
  let at = "/"
  for (let step = steps.shift(); step !== undefined && links.length < most; step = steps.shift()) {
    const here = join(at, step)
    const target = targetOf(here)
    if (target === undefined) return links
    if (target === null) {
      at = here
      continue
    }
    links.push(here)
    if (isAbsolute(target)) at = "/"
    steps = [...stepsOf(target), ...steps]
  }
  return links
}

const stepsOf = (path: string): Array<string> =>
  path.split("/").filter((step) => step !== "" && step !== ".")

/** Null: it is no link; undefined: it is not there, or nobody may look. */
const targetOf = (path: string): string | null | undefined => {
  try {
    return lstatSync(path).isSymbolicLink() ? readlinkSync(path) : null
  } catch {
    return undefined
  }
}
