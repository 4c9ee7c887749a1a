/**
 * What the examples share. It exports no program, and needs none: a file that others import is a helper.
 * Templates, loops and defaults are plain TypeScript.
 */
import { fileURLToPath } from "node:url"

/** Scripts end in .cjs: files in this directory that end in .ts, .mts, .js, .mjs or .ini are read as definitions. */
export const script = (name: string): string =>
  fileURLToPath(new URL(`./bin/${name}.cjs`, import.meta.url))

/** Small logs are enough for examples. */
export const smallLogs = {
  stdout: { maxSize: "1MB", backups: 2 },
  stderr: "stdout"
} as const
