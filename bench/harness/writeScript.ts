import { writeFileSync } from "node:fs"

/** A script of the shell that can be run; one that is there already keeps its mode. */
export const writeScript = (path: string, body: string): void =>
  writeFileSync(path, `#!/bin/sh\n${body}\n`, { mode: 0o755 })

/** The words as the shell reads them back. */
export const quoted = (words: ReadonlyArray<string>): string =>
  words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ")
