/** db → migrate → api ×3 → gateway, each of which writes down when it starts and ends, by its own clock. */
import { existsSync, readFileSync } from "node:fs"
import type { Estate } from "../real/Estate.ts"

export interface ChainOptions {
  /** What api says of db beside the condition; default: it keeps running. */
  readonly onLoss?: "keep" | "restart" | "stop"
  /** Only to make another command. */
  readonly version?: number
  /** The exit code of migrate. Default 0. */
  readonly migrateExit?: number
  /** What migrate does before it ends, as a shell does it. Default: it sleeps 0.3 seconds. */
  readonly migrateWork?: string
  /** Of migrate. Default: false. */
  readonly once?: boolean
}

/** Sleeps that no other test has. */
const sleeps = { db: 7701, api: 7702, gateway: 7703 } as const

export const chainFile = (log: string, options: ChainOptions = {}): string => {
  const { migrateExit = 0, migrateWork = "sleep 0.3", once = false } = options
  const { onLoss = "keep", version = 1 } = options
  const lasting = (name: keyof typeof sleeps, more = "") =>
    command(
      log,
      `${name}${more}`,
      `trap 'note ${name}${more} end; exit 0' TERM; sleep ${sleeps[name]} & wait`
    )
  const migrate = command(log, "migrate", `${migrateWork}; note migrate end; exit ${migrateExit}`)
  return `import { defineProgram, defineTask } from "reeve"
const quick = { start: { stableAfter: "200ms" } } as const
export const gateway = defineProgram({
  ...quick,
  command: ${lasting("gateway")},
  priority: 1,
  dependsOn: { api: "ready" }
})
export const api = defineProgram({
  ...quick,
  command: ${lasting("api", ":$REEVE_INSTANCE")},
  instances: 3,
  dependsOn: { migrate: "completed", db: { when: "ready", onLoss: "${onLoss}" } }
})
export const migrate = defineTask({
  command: ${migrate},${once ? "\n  once: true," : ""}
  dependsOn: { db: "ready" }
})
export const db = defineProgram({
  ...quick,
  command: ${lasting("db")},
  environment: { VERSION: "${version}" }
})
`
}

const command = (log: string, name: string, rest: string): string =>
  JSON.stringify([
    "sh",
    "-c",
    `note() { echo "$(date +%s%N) $1 $2 $$" >> ${log}; }; note ${name} start; ${rest}`
  ])

export interface Note {
  readonly at: bigint
  readonly name: string
  readonly what: "start" | "end"
  readonly pid: number
}

export const chainLog = (estate: Estate): string => estate.path("order.log")

/** In the order of their times. */
export const notes = (estate: Estate): ReadonlyArray<Note> => {
  const path = chainLog(estate)
  if (!existsSync(path)) return []
  const lines = readFileSync(path, "utf8").trim().split("\n")
  return lines
    .map((line): Note => {
      const [at = "0", name = "", what = "", pid = "0"] = line.split(" ")
      return { at: BigInt(at), name, what: what === "end" ? "end" : "start", pid: Number(pid) }
    })
    .toSorted((a, b) => (a.at < b.at ? -1 : 1))
}

/** `name what`, in the order of their times, after the first `skip`. */
export const order = (estate: Estate, skip = 0): ReadonlyArray<string> =>
  notes(estate)
    .slice(skip)
    .map(({ name, what }) => `${name} ${what}`)
