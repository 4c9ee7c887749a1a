/**
 * Watches entries, their directories and what they import. An event counts when a load could read the file that it is
 * about; what counts is gathered into bursts, and each burst is one signal. At a burst's first event an evaluation
 * process is prepared, so that it is ready when the burst is over.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Queue from "effect/Queue"
import * as Stream from "effect/Stream"
import { isIn } from "../core/watchRules.ts"
import { Files } from "../os/Files.ts"
import { type FileEvent, type FileWatch, watchFiles } from "../os/FileWatch.ts"
import { gitLocked } from "../os/gitLock.ts"
import { entryKind } from "../os/scanEntries.ts"
import { Evaluator } from "./evaluate.ts"
import { type SearchedPattern, searchedPattern } from "./SearchedPattern.ts"
import { settle } from "./settle.ts"
import { Watcher } from "./Watcher.ts"

/** One set of entries that is watched. */
interface Watched {
  readonly roots: ReadonlyArray<string>
  /** The inputs of the latest load. */
  inputs: ReadonlySet<string>
  /** Those of them that are patterns. */
  searched: ReadonlyArray<SearchedPattern>
  readonly added: Set<string>
  watch: FileWatch | null
}

const makeWatcher = Effect.gen(function* () {
  const evaluator = yield* Evaluator
  const files = yield* Files
  const active = new Set<Watched>()

  const isEmpty = (path: string) =>
    files.stat(path).pipe(
      Effect.map(({ kind, size }) => kind === "file" && size === 0),
      Effect.catch(() => Effect.succeed(false))
    )

  const changes = Effect.fnUntraced(function* (entries: ReadonlyArray<string>) {
    const roots = yield* Effect.forEach(entries, (entry) =>
      files.realpath(entry).pipe(Effect.catch(() => Effect.succeed(entry)))
    )
    const events = yield* Queue.sliding<FileEvent>(4096)
    const troubles = yield* Queue.sliding<string>(16)
    const watched: Watched = {
      roots,
      inputs: new Set(),
      searched: [],
      added: new Set(),
      watch: null
    }
    watched.watch = yield* watchFiles({
      paths: roots,
      followLinks: true,
      ignored: (path) => isHidden(watched, path) || isBeside(watched, path),
      onEvent: (event) => {
        if (counts(watched, event)) Queue.offerUnsafe(events, event)
      },
      onError: (errno) => {
        Queue.offerUnsafe(troubles, errno)
      }
    })
    yield* Effect.acquireRelease(
      Effect.sync(() => active.add(watched)),
      () => Effect.sync(() => active.delete(watched))
    )
    yield* Effect.forkScoped(Effect.forever(Queue.take(troubles).pipe(Effect.flatMap(tellTrouble))))
    const locked = Effect.sync(() => roots.some(gitLocked))
    return Stream.fromEffectRepeat(
      settle(events, { locked, isEmpty, begin: evaluator.warm }).pipe(Effect.asVoid)
    )
  })

  return {
    changes,
    watchAlso: (inputs: ReadonlyArray<string>) =>
      Effect.sync(() => {
        for (const watched of active) follow(watched, inputs)
      })
  }
})

const follow = (watched: Watched, inputs: ReadonlyArray<string>): void => {
  watched.inputs = new Set(inputs)
  watched.searched = inputs.flatMap((input) => searchedPattern(input) ?? [])
  const places = inputs.map((input) => searchedPattern(input)?.directory ?? input)
  const unseen = places.filter(
    (path) =>
      !watched.added.has(path) && (isHiddenName(watched, path) || rootOf(watched, path) === null)
  )
  for (const path of unseen) watched.added.add(path)
  if (unseen.length > 0) watched.watch?.add(unseen)
}

/** Whether a load could be different after it. */
const counts = (watched: Watched, { kind, path }: FileEvent): boolean => {
  if (watched.inputs.has(path)) return true
  const root = rootOf(watched, path)
  switch (kind) {
    case "add":
    case "change":
    case "unlink":
      return (
        root === path || (root !== null && entryKind(path) !== null) || isSearched(watched, path)
      )
    case "unlinkDir":
      return root !== null
    case "addDir":
      // An empty directory declares nothing; what is in it has events of its own. But the directory of the entries may be back.
      return root === path
  }
}

/** An `[include]` would read it. */
const isSearched = ({ searched }: Watched, path: string): boolean =>
  searched.some((pattern) => pattern.matches(path))

/** It lies where an `[include]` looks for files, and can be none of them. */
const isBeside = (watched: Watched, path: string): boolean => {
  const { inputs, searched } = watched
  if (inputs.has(path) || rootOf(watched, path) !== null) return false
  return (
    searched.some(({ directory }) => path !== directory && isIn(path, directory)) &&
    !searched.some(({ mayHold }) => mayHold(path)) &&
    !inputs.values().some((input) => input.startsWith(`${path}/`))
  )
}

/** The entry that a path lies in. */
const rootOf = ({ roots }: Watched, path: string): string | null =>
  roots.find((root) => path === root || path.startsWith(`${root}/`)) ?? null

const isHidden = (watched: Watched, path: string): boolean =>
  !watched.inputs.has(path) && isHiddenName(watched, path)

/** Dot files and installed packages below an entry; the way to the entry itself may have such names. */
const isHiddenName = (watched: Watched, path: string): boolean => {
  const root = rootOf(watched, path)
  return (
    root !== null &&
    path
      .slice(root.length)
      .split("/")
      .some((step) => step.startsWith(".") || step === "node_modules")
  )
}

const tellTrouble = (errno: string) =>
  Effect.logWarning(
    errno === "ENOSPC" || errno === "EMFILE"
      ? `not every file can be watched (${errno}): raise fs.inotify.max_user_watches and max_user_instances; ` +
          "until then apply by hand (reeve apply)"
      : `a file cannot be watched (${errno}): apply its changes by hand (reeve apply)`
  )

export const WatcherLive = Layer.effect(Watcher, makeWatcher)
