/** Where the cgroup of a process is in the file system (cgroups(7), proc_pid_mountinfo(5)); version 2 alone. */

/** Null: no hierarchy of version 2 is mounted, or the process is outside of what is. */
export const cgroupPath = (mounts: string, membership: string): string | null => {
  const own = /^0::(\/.*)$/m.exec(membership)?.[1]
  if (own === undefined || own.startsWith("/..")) return null
  for (const line of mounts.split("\n")) {
    const [before = "", after = ""] = line.split(" - ")
    if (after.split(" ")[0] !== "cgroup2") continue
    const [, , , root = "", point = ""] = before.split(" ")
    const below = belowRoot(unescaped(root), own)
    if (below !== null) return unescaped(point) + below
  }
  return null
}

/** A mount may show a part of the hierarchy only. */
const belowRoot = (root: string, path: string): string | null => {
  const cut = path === "/" ? "" : path
  if (root === "/") return cut
  return cut === root || cut.startsWith(`${root}/`) ? cut.slice(root.length) : null
}

const unescaped = (text: string): string =>
  text.replace(/\\([0-7]{3})/g, (_, octal: string) =>
    String.fromCharCode(Number.parseInt(octal, 8))
  )
