import { readdirSync, readFileSync } from "node:fs"

/** What one process was given, by its own account. */
export interface Observed {
  readonly argv: ReadonlyArray<string>
  readonly environment: Readonly<Record<string, string>>
  readonly cwd: string
  readonly umask: string
  readonly uids: string
  readonly gids: string
  readonly groups: ReadonlyArray<string>
  readonly blocked: string
  readonly ignored: string
  readonly limits: ReadonlyArray<string>
  readonly nice: string
  /** Descriptor number → what it refers to. */
  readonly fds: ReadonlyMap<string, string>
  /** True when the process leads its process group, as both supervisors arrange. */
  readonly leadsGroup: boolean
}

const field = (status: string, name: string): string =>
  status.match(new RegExp(`^${name}:[ \\t]*(.*)$`, "m"))?.[1]?.trim() ?? "missing"

const zeroSeparated = (text: string): ReadonlyArray<string> => text.split("\0").slice(0, -1)

/** The script itself is open in the shell that reads it, and says nothing of the supervisor. */
const descriptors = (listing: string): ReadonlyMap<string, string> =>
  new Map(
    [...listing.matchAll(/ (\d+) -> (.*)$/gm)]
      .map(([, fd = "", target = ""]) => [fd, target] as const)
      .filter(([, target]) => !target.endsWith("/probe"))
  )

export const readObserved = (directory: string): ReadonlyMap<string, Observed> => {
  const all = new Map<string, Observed>()
  for (const name of readdirSync(directory).filter((entry) => !entry.endsWith(".tmp"))) {
    const read = (part: string) => readFileSync(`${directory}/${name}/${part}`, "utf8")
    const status = read("status")
    const stat = read("stat")
      .replace(/^.*\) /s, "")
      .split(" ")
    all.set(name, {
      argv: zeroSeparated(read("argv")),
      environment: Object.fromEntries(
        zeroSeparated(read("environment")).map((entry) => {
          const at = entry.indexOf("=")
          return [entry.slice(0, at), entry.slice(at + 1)]
        })
      ),
      cwd: read("cwd").trim(),
      umask: field(status, "Umask"),
      uids: field(status, "Uid"),
      gids: field(status, "Gid"),
      groups: field(status, "Groups").split(/\s+/).sort(),
      blocked: field(status, "SigBlk"),
      ignored: field(status, "SigIgn"),
      limits: read("limits").trim().split("\n"),
      nice: stat[16] ?? "missing",
      fds: descriptors(read("fds")),
      leadsGroup: stat[2] === read("stat").split(" ", 1)[0]
    })
  }
  return all
}
