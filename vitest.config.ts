import { fileURLToPath } from "node:url"
import { defineConfig } from "vitest/config"

/** One project a shelf: what a test may touch decides where it lives. */
const shelf = (
  name: string,
  options: {
    readonly timeout: number
    readonly parallel: boolean
    /** Default: all of the shelf. */
    readonly include?: string
    readonly exclude?: string
    /** False: files share a process, where they leave nothing behind in it. Default true. */
    readonly isolate?: boolean
    /** Projects of a later turn wait for those of an earlier one. Default 0. */
    readonly turn?: number
  }
) => ({
  resolve: { alias: { reeve: fileURLToPath(new URL("./src/index.ts", import.meta.url)) } },
  test: {
    // Tests with real processes mostly wait for them.
    maxWorkers: 4,
    name,
    include: [options.include ?? `test/${name}/**/*.test.ts`],
    exclude: options.exclude === undefined ? [] : [options.exclude],
    sequence: { groupOrder: options.turn ?? 0 },
    testTimeout: options.timeout,
    hookTimeout: options.timeout,
    fileParallelism: options.parallel,
    isolate: options.isolate ?? true,
    pool: "forks" as const
  }
})

const alone = "test/peers/alone/**/*.test.ts"

export default defineConfig({
  test: {
    // Tests with real processes mostly wait for them.
    maxWorkers: 4,
    projects: [
      shelf("core", { timeout: 30_000, parallel: true, isolate: false }),
      shelf("tidy", { timeout: 60_000, parallel: true, isolate: false }),
      shelf("sim", { timeout: 600_000, parallel: true }),
      shelf("real", { timeout: 60_000, parallel: true }),
      // Deaths of reeve in every form: too long for each change, and run before each submission.
      shelf("survive", { timeout: 240_000, parallel: true }),
      // Changes under way with real processes: dependencies, probes, rollouts.
      shelf("change", { timeout: 120_000, parallel: true }),
      // What a kernel does that gives reeve controllers of cgroups: see test/kernel/run.sh.
      shelf("kernel", { timeout: 300_000, parallel: false }),
      // Each target of the bench that is installed here, with three programs.
      shelf("bench", { timeout: 120_000, parallel: false }),
      shelf("peers", { timeout: 300_000, parallel: true, exclude: alone }),
      // What keeps a processor busy, or compares times.
      shelf("peersAlone", { timeout: 300_000, parallel: false, include: alone, turn: 1 })
    ]
  }
})
