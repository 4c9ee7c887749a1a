/**
 * A log file as `tail -f` shows it (supervisord.md 4.8): its end, then what is added, over rotations and truncations. It reads
 * bounded pieces when its reader asks for them, and looks at a quiet file ten times a second, as supervisord does.
 */
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { type FollowedFile, isRegularFile, openFollowed } from "../os/FollowedFile.ts"
import { onceThere } from "./onceThere.ts"

export interface FileAbsent {
  readonly _tag: "FileAbsent"
}

const SHOWN_FIRST = 1024
const PIECE_BYTES = 64 * 1024
const LOOK_EVERY = "100 millis"

interface Reading {
  file: FollowedFile | null
  position: number
}

/**
 * From 1024 bytes before the end on, all of a shorter file. A file of the same name that takes its place is read from its start
 * (after the rest of the old one), as is what comes after a truncation. The stream has no end; it closes what it opened when its
 * reader leaves.
 */
export const followFile = (path: string): Effect.Effect<Stream.Stream<Uint8Array>, FileAbsent> =>
  Effect.flatMap(onceThere(Effect.map(isRegularFile(path), (is) => is || null)), (there) =>
    there === null ? Effect.fail({ _tag: "FileAbsent" }) : Effect.succeed(follow(path))
  )

const follow = (path: string): Stream.Stream<Uint8Array> =>
  Stream.unwrap(
    Effect.map(
      Effect.acquireRelease(begin(path), (reading) => reading.file?.close ?? Effect.void),
      (reading) => Stream.fromEffectRepeat(next(path, reading))
    )
  )

const begin = Effect.fnUntraced(function* (path: string): Effect.fn.Return<Reading> {
  const file = yield* onceThere(openFollowed(path))
  const size = file === null ? 0 : yield* file.size
  return { file, position: Math.max(0, size - SHOWN_FIRST) }
})

/** Waits until there is something. */
const next = Effect.fnUntraced(function* (
  path: string,
  reading: Reading
): Effect.fn.Return<Uint8Array> {
  for (;;) {
    const bytes = yield* readOn(reading)
    if (bytes.length > 0) return bytes
    const moved = yield* moveOn(path, reading)
    if (moved.length > 0) return moved
    yield* Effect.sleep(LOOK_EVERY)
  }
})

const readOn = Effect.fnUntraced(function* (reading: Reading): Effect.fn.Return<Uint8Array> {
  const { file } = reading
  if (file === null) return NOTHING
  if ((yield* file.size) < reading.position) reading.position = 0
  const bytes = yield* file.read(reading.position, PIECE_BYTES)
  reading.position += bytes.length
  return bytes
})

/** To the file that has the name now, once nothing is left in the old one; gives what still was, or the first of the new. */
const moveOn = Effect.fnUntraced(function* (
  path: string,
  reading: Reading
): Effect.fn.Return<Uint8Array> {
  const { file } = reading
  if (file !== null) {
    if (!(yield* file.replaced)) return NOTHING
    // Written between the last look and the rotation.
    const rest = yield* readOn(reading)
    if (rest.length > 0) return rest
  }
  return yield* Effect.uninterruptible(turn(path, reading))
})

const turn = Effect.fnUntraced(function* (
  path: string,
  reading: Reading
): Effect.fn.Return<Uint8Array> {
  const file = yield* openFollowed(path)
  if (file === null) return NOTHING
  const old = reading.file
  reading.file = file
  reading.position = 0
  if (old !== null) yield* old.close
  return yield* readOn(reading)
})

const NOTHING = new Uint8Array(0)
