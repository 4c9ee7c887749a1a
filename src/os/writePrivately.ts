import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  openSync,
  readFileSync,
  writeFileSync
} from "node:fs"
import * as Effect from "effect/Effect"
import { errnoOf } from "./errnoOf.ts"

/** Writes a file that only its owner can read, also where it is there already; a link fails. Fails with the errno's name. */
export const writePrivately = (path: string, text: string): Effect.Effect<void, string> =>
  Effect.try({ try: () => write(path, text), catch: errnoOf })

const { O_CREAT, O_NOFOLLOW, O_NONBLOCK, O_TRUNC, O_WRONLY } = constants

const write = (path: string, text: string): void => {
  const file = openSync(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_NONBLOCK, 0o600)
  try {
    if (fstatSync(file).isFile()) fchmodSync(file, 0o600)
    writeFileSync(file, text)
  } finally {
    closeSync(file)
  }
}

/** The text of a file that the user named; fails with the errno's name. */
export const readNamed = (path: string): Effect.Effect<string, string> =>
  Effect.try({ try: () => readFileSync(path, "utf8"), catch: errnoOf })
