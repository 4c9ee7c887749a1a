/** What differs between two runs of one supervisor, made equal: pids, times, the directory of the side. */

export interface Known {
  /** Of the side; shown as DIR. */
  readonly directory: string
  /** The supervisor's own pid; shown as SUPERVISOR. */
  readonly pid: number | null
}

/** First: its milliseconds may be the number of a process. */
const time = /\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}/g

const rules: ReadonlyArray<readonly [RegExp, string]> = [
  [/\b(pid[: ]+|\(pid |with pid )\d+/g, "$1PID"],
  [/\((\d+)\) with SIGKILL/g, "(PID) with SIGKILL"],
  [/uptime (\d+ days?, )?\d+:\d\d:\d\d/g, "uptime UP"],
  [/\b[A-Z][a-z]{2} \d\d \d\d:\d\d [AP]M/g, "WHEN"],
  [/\b[A-Z][a-z]{2} [A-Z][a-z]{2} +\d+ \d\d:\d\d:\d\d \d{4}/g, "CTIME"],
  [/[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT/g, "HTTPDATE"],
  [/---([\w-]+)-[a-z0-9_]{8}\.log/g, "---$1-RANDOM.log"],
  [/file: \S+ line: \d+/g, "file: F line: N"],
  [/For help, use .* -h$/gm, "For help, use ARGV0 -h"],
  [/\bwhen:\d+/g, "when:EPOCH"]
]

export const normalise = (text: string, { directory, pid }: Known): string => {
  let shown = text.replaceAll(directory, "DIR").replace(time, "TIME")
  if (pid !== null) {
    shown = shown.replace(new RegExp(`(?<![\\w.])${pid}(?![\\w.])`, "g"), "SUPERVISOR")
  }
  for (const [pattern, to] of rules) shown = shown.replace(pattern, to)
  return shown
}

const epochs = new Set(["start", "stop", "now"])

const isRow = (row: unknown): row is { readonly name: string } =>
  row !== null && typeof row === "object" && "status" in row && "name" in row

/**
 * Structs with their keys in the order of the answer; times 0 or EPOCH, pids 0 or PID. Rows of results by name: they come as
 * things end, and what ends at the same moment has no order.
 */
export const plainValue = (value: unknown, known: Known): string =>
  JSON.stringify(value, (key, member: unknown) => {
    if (Array.isArray(member) && member.length > 0 && member.every(isRow)) {
      return member.toSorted((a, b) => (a.name < b.name ? -1 : 1))
    }
    if (typeof member === "number" && epochs.has(key)) return member === 0 ? 0 : "EPOCH"
    if (typeof member === "number" && key === "pid") return member === 0 ? 0 : "PID"
    return typeof member === "string" ? normalise(member, known) : member
  })
