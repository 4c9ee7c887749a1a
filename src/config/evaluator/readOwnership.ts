/** Reads the owner and the mode of a file's directories, up to the root, for the rule in ownership.ts. */
import { statSync } from "node:fs"
import { dirname } from "node:path"
import { judgeOwnership, type Ownable, type OwnershipFinding } from "../ownership.ts"

const known = new Map<string, Ownable>()

export const ownershipOf = (
  file: string,
  facts: { readonly uid: number; readonly mode: number },
  owners: ReadonlySet<number>
): ReadonlyArray<OwnershipFinding> =>
  judgeOwnership({ path: file, uid: facts.uid, mode: facts.mode }, directoriesOf(file), owners)

const directoriesOf = (file: string): ReadonlyArray<Ownable> => {
  const parent = dirname(file)
  if (parent === file) return []
  const own = known.get(parent) ?? readDirectory(parent)
  known.set(parent, own)
  return [own, ...directoriesOf(parent)]
}

const readDirectory = (path: string): Ownable => {
  const { uid, mode } = statSync(path)
  return { path, uid, mode }
}
