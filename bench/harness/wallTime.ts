/** How long a command takes from spawn to exit, milliseconds; fails, with what it said, where it did not do well. */
import { spawnSync } from "node:child_process"
import { median } from "./statistics.ts"

export interface Timed {
  readonly ms: number
  readonly stdout: string
}

export const timed = ([file = "", ...words]: ReadonlyArray<string>): Timed => {
  const from = performance.now()
  const ran = spawnSync(file, words, { encoding: "utf8", maxBuffer: 1 << 28, timeout: 60_000 })
  const ms = performance.now() - from
  if (ran.error !== undefined) throw new Error(`${file} could not be run: ${ran.error.message}`)
  if (ran.status !== 0) {
    const said = `${ran.stderr}${ran.stdout}`.trim().split("\n").slice(0, 3).join(" / ")
    throw new Error(`${[file, ...words].join(" ")} ended with ${ran.status}: ${said}`)
  }
  return { ms, stdout: ran.stdout }
}

/** Median of several times. `check` looks at each output and throws where something is missing. */
export const wallTime = (
  command: ReadonlyArray<string>,
  times: number,
  check: (stdout: string) => void = () => undefined
): number =>
  median(
    Array.from({ length: times }, () => {
      const { ms, stdout } = timed(command)
      check(stdout)
      return ms
    })
  )
