/**
 * With whose rights a log file is opened (design 9). Root must not be led by somebody who can redirect a path: where a
 * directory on the way belongs to another user, that user's rights are enough for what is theirs. A pure judgement of the
 * directories that lead to the file; symbolic links among them are listed before what they lead to.
 */

export interface LeadingNode {
  readonly kind: string
  readonly uid: number
  readonly mode: number
}

export interface Rights {
  readonly uid: number
  readonly gid: number
  readonly groups: ReadonlyArray<number>
}

export type LogRights =
  /** `shared`: anyone may put files into the directory, so an existing file counts only if its owner is trusted. */
  | { readonly kind: "own"; readonly shared: boolean }
  | { readonly kind: "as"; readonly rights: Rights }
  /** Anyone may redirect the path, and no user is known whose rights would do. */
  | { readonly kind: "refuse" }

/** What a user without groups belongs to ("nogroup"). */
const NO_GROUP = 65534

/**
 * `openAs`: the program's user. A directory that its group may write is taken as root's own (`/var/log` is such a one
 * on some systems); the checks of the last component hold in any case.
 */
export const logRights = (
  nodes: ReadonlyArray<LeadingNode>,
  effectiveUid: number,
  openAs: Rights | null
): LogRights => {
  if (effectiveUid !== 0) return { kind: "own", shared: false }
  let parentIsOpen = false
  for (const [index, node] of nodes.entries()) {
    const isLink = node.kind === "link"
    // A link in a directory of root's was put there by root, whoever owns the link.
    if (node.uid !== 0 && (!isLink || parentIsOpen))
      return { kind: "as", rights: rightsOfOwner(node.uid, openAs) }
    if (isLink) continue
    parentIsOpen = (node.mode & 0o002) !== 0
    if (!parentIsOpen || (node.mode & 0o1000) !== 0) continue
    if (openAs !== null && openAs.uid !== 0) return { kind: "as", rights: openAs }
    if (index < nodes.length - 1) return { kind: "refuse" }
  }
  return { kind: "own", shared: parentIsOpen }
}

const rightsOfOwner = (uid: number, openAs: Rights | null): Rights =>
  openAs?.uid === uid ? openAs : { uid, gid: NO_GROUP, groups: [] }
