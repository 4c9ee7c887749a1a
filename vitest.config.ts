import { fileURLToPath } from "node:url"
import { defineConfig } from "vitest/config"

/** One project a shelf: what a test may touch decides where it lives. */
const shelf = (
  name: string,
  options: { readonly timeout: number; readonly parallel: boolean }
) => ({
  resolve: { alias: { reeve: fileURLToPath(new URL("./src/index.ts", import.meta.url)) } },
  test: {
    // Tests with real processes mostly wait for them.
    maxWorkers: 4,
    name,
    include: [`test/${name}/**/*.test.ts`],
    testTimeout: options.timeout,
    hookTimeout: options.timeout,
    fileParallelism: options.parallel,
    pool: "forks" as const
  }
})

export default defineConfig({
  test: {
    // Tests with real processes mostly wait for them.
    maxWorkers: 4,
    projects: [
      shelf("core", { timeout: 30_000, parallel: true }),
      shelf("tidy", { timeout: 60_000, parallel: true }),
      shelf("sim", { timeout: 240_000, parallel: true }),
      shelf("real", { timeout: 60_000, parallel: true }),
      shelf("peers", { timeout: 300_000, parallel: false })
    ]
  }
})
