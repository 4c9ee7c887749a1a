/**
 * As root, what is evaluated becomes root (design 6.1). So a file is evaluated only when it belongs to root or to the
 * owner of the directory that the operator named, and when nobody else could have put it there. Pure: the caller reads
 * the facts, of the file that is then evaluated.
 */

export interface Ownable {
  readonly path: string
  readonly uid: number
  /** Permission bits, the sticky bit included. */
  readonly mode: number
}

export interface OwnershipFinding {
  readonly severity: "error" | "warning"
  /** What it is about: the file or one of its directories. */
  readonly path: string
  readonly message: string
  readonly hint: string
}

/**
 * `directories`: from the file's own up to the root directory. A sticky directory that others can write is accepted:
 * nobody can replace what belongs to root or the owner in it, and that is what is checked below it.
 */
export const judgeOwnership = (
  file: Ownable,
  directories: ReadonlyArray<Ownable>,
  owners: ReadonlySet<number>
): ReadonlyArray<OwnershipFinding> => {
  const [own] = directories
  const found: Array<OwnershipFinding> = []
  if (!owners.has(file.uid)) found.push(foreign(file))
  if ((file.mode & othersWrite) !== 0) found.push(worldWritable(file, "file"))
  for (const directory of directories) {
    if ((directory.mode & othersWrite) !== 0 && (directory.mode & sticky) === 0) {
      found.push(worldWritable(directory, "directory"))
    }
  }
  for (const place of own === undefined ? [file] : [file, own]) {
    if ((place.mode & groupWrite) !== 0 && (place.mode & (othersWrite | sticky)) === 0) {
      found.push(groupWritable(place))
    }
  }
  return found
}

const othersWrite = 0o002
const groupWrite = 0o020
const sticky = 0o1000

const foreign = ({ path, uid }: Ownable): OwnershipFinding => ({
  severity: "error",
  path,
  message:
    `reeve runs as root and does not evaluate ${path}: it belongs to uid ${uid}, neither root nor ` +
    "the owner of the directory that was named",
  hint: `if you trust it: chown root ${path}`
})

const worldWritable = ({ path }: Ownable, kind: "file" | "directory"): OwnershipFinding => ({
  severity: "error",
  path,
  message:
    kind === "file"
      ? `reeve runs as root and does not evaluate ${path}: every user can write it`
      : `reeve runs as root and evaluates nothing below ${path}: every user can write that directory`,
  hint: `chmod o-w ${path}`
})

const groupWritable = ({ path }: Ownable): OwnershipFinding => ({
  severity: "warning",
  path,
  message: `reeve runs as root, and the group of ${path} can write what it evaluates`,
  hint: `chmod g-w ${path}`
})
