/** Notices on this machine: sockets in one directory, read by one thread, and kept by the keeper. */
import * as fs from "node:fs"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Queue from "effect/Queue"
import type { Notice } from "../../core/readNotice.ts"
import { errnoOf } from "../errnoOf.ts"
import { Keeper } from "../Keeper.ts"
import * as libc from "../libc.ts"
import { bindNotifySocket, hiddenFolder } from "./bindNotifySocket.ts"
import { NoticeReader } from "./NoticeReader.ts"
import { NoticeFailure, Notices, type Owner } from "./Notices.ts"

/** What the keeper knows the socket of a process life by. */
const keptAs = (spawnId: string): string => `notify ${spawnId}`

/** `directory`: where programs of all users can find a socket whose name they know. */
export const NoticesLive = (options: { readonly directory: string }) =>
  Layer.effect(
    Notices,
    Effect.gen(function* () {
      const keeper = yield* Keeper
      const heard = yield* Queue.unbounded<readonly [string, Notice]>()
      const reader = new NoticeReader((spawnId, notice) => {
        Queue.offerUnsafe(heard, [spawnId, notice])
      })
      yield* Effect.addFinalizer(() =>
        Effect.sync(() => {
          reader.stop()
          for (const path of [join(options.directory, hiddenFolder), options.directory]) {
            removeEmpty(path)
          }
        })
      )
      const place: Place = {
        ...options,
        keeper,
        reader,
        kept: keptSockets(keeper),
        open: new Set()
      }
      return {
        open: (spawnId, owner) => open(place, spawnId, owner),
        watch: (spawnId, fifo, otherwise) => watch(place, spawnId, fifo, otherwise),
        close: (spawnId) => close(place, spawnId),
        closeUnheld: closeUnheld(place),
        hear: (take) =>
          Effect.forever(
            Effect.flatMap(Queue.take(heard), ([spawnId, notice]) => take(spawnId, notice))
          )
      }
    })
  )

interface Place {
  readonly directory: string
  readonly keeper: Keeper["Service"]
  readonly reader: NoticeReader
  /** Sockets of an earlier daemon that nobody took so far. */
  readonly kept: Map<string, number>
  readonly open: Set<string>
}

const keptSockets = ({ met }: Keeper["Service"]): Map<string, number> => {
  const kept = new Map<string, number>()
  for (const [name, fd] of met.sockets) {
    const [word, spawnId, ...others] = name.split(" ")
    if (word === "notify" && spawnId !== undefined && others.length === 0) kept.set(spawnId, fd)
  }
  return kept
}

const open = Effect.fnUntraced(function* (place: Place, spawnId: string, owner: Owner | null) {
  const path = join(place.directory, spawnId)
  const kept = place.kept.get(spawnId)
  place.kept.delete(spawnId)
  const fd =
    kept ??
    (yield* Effect.try({
      try: () => bindNotifySocket(place.directory, spawnId, owner),
      catch: (error) => new NoticeFailure({ text: `its NOTIFY_SOCKET: ${textOf(error, path)}` })
    }))
  place.open.add(spawnId)
  if (kept === undefined && place.keeper.present()) {
    const errno = yield* place.keeper.listen(keptAs(spawnId), fd)
    if (errno !== null) {
      yield* Effect.logWarning(
        `the keeper cannot hold ${path}: ${errno}: should reeve die, what is sent meanwhile is lost`
      )
    }
  }
  place.reader.read(spawnId, fd, "socket")
  return path
})

const textOf = (error: unknown, path: string): string =>
  error instanceof Error && error.message !== "" && !("code" in error)
    ? error.message
    : `${path}: ${errnoOf(error)}`

const watch = Effect.fnUntraced(function* (
  place: Place,
  spawnId: string,
  fifo: string,
  otherwise: string | undefined
) {
  const flags = libc.O.RDONLY | libc.O.NONBLOCK | libc.O.CLOEXEC
  const named = libc.open(fifo, flags | libc.O.NOFOLLOW)
  const fd = named < 0 && otherwise !== undefined ? libc.open(otherwise, flags) : named
  if (fd < 0) {
    const text = `its readiness descriptor: ${fifo}: ${libc.errnoName(fd)}`
    return yield* new NoticeFailure({ text })
  }
  place.open.add(spawnId)
  place.reader.read(spawnId, fd, "newline")
})

const close = Effect.fnUntraced(function* (place: Place, spawnId: string) {
  if (!place.open.delete(spawnId)) return
  place.reader.close(spawnId)
  const path = join(place.directory, spawnId)
  if (fs.existsSync(path)) fs.rmSync(path, { force: true })
  yield* place.keeper.unlisten(keptAs(spawnId))
})

/** Names that no process has any more go too. */
const closeUnheld = (place: Place): Effect.Effect<void> =>
  Effect.gen(function* () {
    for (const [spawnId, fd] of place.kept) {
      libc.close(fd)
      yield* place.keeper.unlisten(keptAs(spawnId))
    }
    place.kept.clear()
    for (const name of namesIn(place.directory)) {
      if (!place.open.has(name))
        fs.rmSync(join(place.directory, name), { recursive: true, force: true })
    }
  })

const removeEmpty = (path: string): void => {
  try {
    fs.rmdirSync(path)
  } catch {
    // It is not there, or in use.
  }
}

const namesIn = (directory: string): ReadonlyArray<string> => {
  try {
    return fs.readdirSync(directory)
  } catch {
    return []
  }
}
