/** A program of several instances that writes down, by its own clock, when each of them serves and ends. */
import { existsSync, readFileSync } from "node:fs"
import type { Estate } from "../real/Estate.ts"

export interface RollingOptions {
  readonly instances?: number
  /**
   * "good" serves a moment after its start; "bad" ends at once with 3, "late" after three seconds; "mute" lives and is never
   * ready; "gated" is bad until there is a file `gate`.
   */
  readonly kind?: "good" | "bad" | "late" | "mute" | "gated"
  readonly gate?: string
  /** When a process counts as started. */
  readonly stableAfter?: string
  /** Only to make another command. */
  readonly version: number
  readonly update?: Readonly<Record<string, unknown>>
}

/** A sleep that no other test has. */
const sleep = 7801

export const rollingFile = (estate: Estate, options: RollingOptions): string => {
  const { instances = 4, kind = "good", update = {}, version } = options
  const { gate = "", stableAfter = "200ms" } = options
  const log = logOf(estate)
  const note = `note() { echo "$(date +%s%N) $REEVE_INSTANCE $1 v${version}" >> ${log}; }`
  const serve = `sleep 0.3; note ready; echo ready`
  const last = `trap 'note end; exit 0' TERM; ${kind === "mute" ? "true" : serve}; sleep ${sleep} & wait`
  const script = `${note}; note start; ${kind === "gated" ? `[ -e ${gate} ] || exit 3; ${last}` : (failing[kind] ?? last)}`
  return `import { defineProgram, logLine } from "reeve"
export const api = defineProgram({
  command: ${JSON.stringify(["sh", "-c", script])},
  instances: ${instances},
  start: { stableAfter: "${stableAfter}" },
  ready: logLine("ready"),
  update: ${JSON.stringify(update)}
})
`
}

const failing: Readonly<Record<string, string>> = {
  bad: "sleep 0.1; exit 3",
  late: "sleep 3; exit 3"
}

const logOf = (estate: Estate): string => estate.path("rolling.log")

export interface Note {
  readonly at: bigint
  readonly instance: string
  readonly what: string
  readonly version: string
}

/** In the order of their times. */
export const notesOf = (estate: Estate): ReadonlyArray<Note> => {
  if (!existsSync(logOf(estate))) return []
  return readFileSync(logOf(estate), "utf8")
    .trim()
    .split("\n")
    .map((line): Note => {
      const [at = "0", instance = "", what = "", version = ""] = line.split(" ")
      return { at: BigInt(at), instance, what, version }
    })
    .sort((a, b) => (a.at < b.at ? -1 : 1))
}

/** The fewest instances that served at once, once so many had. */
export const fewestServing = (notes: ReadonlyArray<Note>, all: number): number => {
  const serving = new Set<string>()
  let fewest: number | null = null
  for (const { instance, what } of notes) {
    if (what === "ready") serving.add(instance)
    if (what === "end") serving.delete(instance)
    if (serving.size === all) fewest ??= all
    if (fewest !== null) fewest = Math.min(fewest, serving.size)
  }
  return fewest ?? 0
}
