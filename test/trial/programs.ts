/** The programs of the trial, as data: the file that declares them, and the logs that they will have. */
import { join } from "node:path"
import { declare } from "../real/Estate.ts"
import type { CheckedLog } from "./Checker.ts"
import { burstLineBytes, pacedLineBytes } from "./LineCheck.ts"

export interface Load {
  /** The one in bursts included. */
  readonly programs: number
  readonly seed: number
  /** Of the paced ones together. */
  readonly bytesPerSecond: number
  readonly burstBytes: number
  /** How long lives of the paced ones last, from and to. */
  readonly lifeMs: readonly [number, number]
  /** Paced ones rotate at this size, the one in bursts at an eighth of a burst but no less. */
  readonly rotateBytes: number
}

const megabyte = 1024 * 1024

/** As in the promise: fifty programs, and bursts of 256 MB. */
export const greatLoad: Load = {
  programs: 50,
  seed: 1,
  bytesPerSecond: 5_000_000,
  burstBytes: 256 * megabyte,
  lifeMs: [2_000, 20_000],
  rotateBytes: 8 * megabyte
}

/** The same in small, where each thing happens within seconds. */
export const shortLoad: Load = {
  programs: 10,
  seed: 1,
  bytesPerSecond: 2_000_000,
  burstBytes: 8 * megabyte,
  lifeMs: [500, 4_000],
  rotateBytes: megabyte / 4
}

export interface Places {
  readonly writer: string
  /** Records and locks. */
  readonly records: string
  readonly logs: string
  readonly control: string
}

export const burstName = "burst"
const pacedBackups = 5
/** With a file of an eighth each, two bursts and more: the check may fall behind by one. */
const burstBackups = 20

export interface TrialProgram {
  readonly name: string
  /** "unexpected": 0 is not among its codes, so only a stop ends it for good. "never": one life is all it has. */
  readonly when: "always" | "unexpected" | "never"
  readonly codes: ReadonlyArray<number>
}

export const trialPrograms = (count: number): ReadonlyArray<TrialProgram> => [
  ...Array.from({ length: count - 1 }, (_, at) => {
    const name = `w${String(at).padStart(2, "0")}`
    if (at % 8 === 7) return { name, when: "never", codes: [0, 9] } as const
    return at % 2 === 0
      ? ({ name, when: "always", codes: [0, 1, 2, 17] } as const)
      : ({ name, when: "unexpected", codes: [3, 7, 101, 255] } as const)
  }),
  { name: burstName, when: "always", codes: [0, 5, 42] }
]

/** The text of the file that declares them. */
export const declareTrial = (load: Load, places: Places): string => {
  const rate = load.bytesPerSecond / Math.max(1, load.programs - 1)
  const declared = trialPrograms(load.programs).map((program) => {
    const { codes, name, when } = program
    const isBurst = name === burstName
    const [least, most] = load.lifeMs
    const lasts = isBurst ? [least * 3, most * 3] : [least, most]
    const kind = isBurst ? ["burst", places.control, load.burstBytes] : ["paced", Math.round(rate)]
    const words = [
      places.writer,
      places.records,
      name,
      load.seed,
      codes.join(","),
      ...lasts,
      ...kind
    ]
    const input = {
      command: words.map(String),
      start: { stableAfter: "0s" },
      restart: { when, expectedExitCodes: [0], backoff: { kind: "fixed", delay: "100ms" } },
      // A writer that waits at a full pipe ends when it was read.
      stop: { timeout: "60 seconds" },
      logs: { stdout: sinkOf(load, places, name, "O"), stderr: sinkOf(load, places, name, "E") }
    }
    return [name, input] as const
  })
  return declare(Object.fromEntries(declared))
}

export const trialLogs = (load: Load, places: Places): ReadonlyArray<CheckedLog> =>
  trialPrograms(load.programs).flatMap(({ name }) =>
    (["O", "E"] as const).map((letter) => {
      const { backups, file } = sinkOf(load, places, name, letter)
      const lineBytes = name === burstName ? burstLineBytes : pacedLineBytes
      return { path: file, backups, name, letter, lineBytes }
    })
  )

const sinkOf = (load: Load, places: Places, name: string, letter: "O" | "E") => {
  const isBurst = name === burstName
  const bytes = isBurst ? Math.max(load.rotateBytes, load.burstBytes / 8) : load.rotateBytes
  return {
    file: join(places.logs, `${name}.${letter === "O" ? "out" : "err"}`),
    maxSize: `${Math.ceil(bytes / 1024)}KB`,
    backups: isBurst ? burstBackups : pacedBackups
  }
}
