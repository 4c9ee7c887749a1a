import { spawnSync } from "node:child_process"
import { fileURLToPath } from "node:url"

/** The command as users have it: `npm test` builds it first. */
export const reeve = fileURLToPath(new URL("../../dist/reeve.js", import.meta.url))

export interface Ran {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

export const reeveRun = (...args: ReadonlyArray<string>): Ran => {
  const ran = spawnSync(process.execPath, [reeve, ...args], {
    encoding: "utf8",
    maxBuffer: 1 << 28
  })
  return { status: ran.status, stdout: ran.stdout, stderr: ran.stderr }
}

/** The answer of a command with `--json`; an empty list while no daemon answers. */
export const reeveJson = (...args: ReadonlyArray<string>) => {
  const ran = reeveRun(...args, "--json")
  if (ran.status === 5) return []
  if (ran.status !== 0)
    throw new Error(`reeve ${args.join(" ")} ended with ${ran.status}: ${ran.stderr}`)
  return JSON.parse(ran.stdout)
}

/** On a machine that is emulated all takes longer. */
const patience = Number(process.env["REEVE_TEST_PATIENCE"] ?? 1)

/** Looks until it holds. */
export const waitFor = async (
  what: string,
  holds: () => boolean | Promise<boolean>,
  withinMs = 20_000
): Promise<void> => {
  const deadline = performance.now() + withinMs * patience
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`waited ${withinMs} ms for ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}
