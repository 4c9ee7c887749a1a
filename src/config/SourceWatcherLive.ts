/**
 * Watches what programs ask for by one chokidar for all of them. Links are not followed, but those that lead to a named directory
 * itself. What matches nothing is not entered and wakes nobody.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Queue from "effect/Queue"
import * as Scope from "effect/Scope"
import * as Semaphore from "effect/Semaphore"
import { isIn, outermost, reloadRules, type WatchRules, watchRules } from "../core/watchRules.ts"
import type { InstanceKey, InstanceSpec } from "../domain/Instance.ts"
import { changedAt } from "../os/changedAt.ts"
import { Files } from "../os/Files.ts"
import { type FileEvent, watchFiles } from "../os/FileWatch.ts"
import { gitLocked } from "../os/gitLock.ts"
import { linksOnTheWay } from "../os/linksOnTheWay.ts"
import { type SourceChange, SourceWatcher } from "./SourceWatcher.ts"
import { settle } from "./settle.ts"

/** Instances that watch the same. */
interface Watching {
  readonly effect: SourceChange["effect"]
  readonly rules: WatchRules
  readonly keys: Array<InstanceKey>
}

/** A directory that is watched, where it really is, and what makes that another place: links on the way, or its absence. */
interface Base {
  readonly named: string
  readonly real: string
  readonly hinges: ReadonlyArray<string>
}

interface Open {
  /** Of the rules alone: other instances with the same need no other watch. */
  readonly meaning: string
  readonly bases: ReadonlyArray<Base>
  readonly scope: Scope.Closeable
}

/** `ln -sfn` removes a link and makes it anew. */
const moveMs = 50

/** A very large tree may take longer; what changes until it is known is then missed. */
const openMs = 3_000

const makeSourceWatcher = Effect.gen(function* () {
  const files = yield* Files
  const scope = yield* Effect.scope
  const turn = Semaphore.makeUnsafe(1)
  const events = yield* Queue.sliding<FileEvent>(4096)
  const troubles = yield* Queue.sliding<string>(16)
  const moves = yield* Queue.sliding<null>(1)
  /** Named directories that have become other places, and of which nobody was told. */
  const moved = new Set<string>()
  let watching: ReadonlyArray<Watching> = []
  let open: Open | null = null

  const change = Effect.fnUntraced(function* (wanted: Wanted) {
    watching = [...wanted.values()]
    yield* openAs([...wanted.keys()].join("\n"), false)
  })

  const openAs = Effect.fnUntraced(function* (meaning: string, again: boolean) {
    const before: Open | null = open
    if (!again && meaning === (before?.meaning ?? "")) return
    open = watching.length === 0 ? null : yield* openFor(watching, meaning)
    if (before !== null) yield* Scope.close(before.scope, Exit.void)
  })

  const openFor = Effect.fnUntraced(function* (all: ReadonlyArray<Watching>, meaning: string) {
    const own = yield* Scope.fork(scope)
    const bases = yield* openWatch(files, all, {
      onEvent: (event) => Queue.offerUnsafe(events, event),
      onMove: (base) => {
        moved.add(base.named)
        Queue.offerUnsafe(moves, null)
      },
      onError: (errno) => Queue.offerUnsafe(troubles, errno)
    }).pipe(Effect.provideService(Scope.Scope, own))
    return { meaning, bases, scope: own }
  })

  yield* Effect.forkScoped(Effect.forever(Effect.flatMap(Queue.take(troubles), tellTrouble)))

  /** All in it may be other files: whoever watches there is told once it is known where that is. */
  const followMove = Effect.gen(function* () {
    yield* Queue.take(moves)
    yield* Effect.sleep(moveMs)
    yield* Semaphore.withPermits(turn, 1)(Effect.suspend(() => openAs(open?.meaning ?? "", true)))
    for (const path of moved) Queue.offerUnsafe(events, { kind: "change", path })
  })
  yield* Effect.forkScoped(Effect.forever(followMove))

  const locked = Effect.sync(() => (open?.bases ?? []).some(({ real }) => gitLocked(real)))

  return {
    follow: (specs: ReadonlyArray<InstanceSpec>) =>
      Effect.gen(function* () {
        const work = Semaphore.withPermits(turn, 1)(change(wantedBy(specs)))
        const fiber = yield* Effect.forkIn(work, scope, { startImmediately: true })
        yield* Effect.timeoutOption(Fiber.await(fiber), openMs)
      }),
    next: Effect.gen(function* () {
      const paths = yield* settle(events, { locked, isEmpty: isEmptyIn(files), begin: Effect.void })
      const now = yield* Clock.currentTimeMillis
      const times = paths.map((path) => [path, moved.has(path) ? null : changedAt(path)] as const)
      for (const path of paths) moved.delete(path)
      return changesOf(watching, new Map(times), now)
    })
  }
})

const isEmptyIn = (files: Files["Service"]) => (path: string) =>
  files.stat(path).pipe(
    Effect.map(({ kind, size }) => kind === "file" && size === 0),
    Effect.catch(() => Effect.succeed(false))
  )

interface Ears {
  /** Of a file that somebody watches, by its name. */
  readonly onEvent: (event: FileEvent) => void
  /** A directory is another one now. */
  readonly onMove: (base: Base) => void
  readonly onError: (errno: string) => void
}

const openWatch = Effect.fnUntraced(function* (
  files: Files["Service"],
  all: ReadonlyArray<Watching>,
  { onError, onEvent, onMove }: Ears
) {
  const named = outermost(all.flatMap(({ rules }) => rules.bases))
  const bases = yield* Effect.forEach(named, (base) =>
    files.realpath(base).pipe(
      Effect.map((real): Base => ({ named: base, real, hinges: linksOnTheWay(base) })),
      Effect.catch(() => Effect.succeed({ named: base, real: base, hinges: [base] }))
    )
  )
  const hinges = new Set(bases.flatMap((base) => base.hinges))
  yield* watchFiles({
    paths: [...new Set([...bases.map(({ real }) => real), ...hinges])],
    followLinks: false,
    ignored: (path) => {
      if (hinges.has(path)) return false
      const name = nameOf(bases, path)
      return !all.some(({ rules }) => rules.mayHold(name) || rules.matches(name))
    },
    onEvent: ({ kind, path }) => {
      if (kind === "addDir" || kind === "unlinkDir") return
      if (hinges.has(path)) {
        for (const base of bases) if (base.hinges.includes(path)) onMove(base)
        return
      }
      const name = nameOf(bases, path)
      if (all.some(({ rules }) => rules.matches(name))) onEvent({ kind, path: name })
    },
    onError
  })
  return bases
})

type Wanted = ReadonlyMap<string, Watching>

const wantedBy = (specs: ReadonlyArray<InstanceSpec>): Wanted => {
  const found = new Map<string, Watching>()
  for (const { definition, key } of specs) {
    const { logs, reload, watch } = definition
    const want = (effect: SourceChange["effect"], rules: () => WatchRules): void => {
      const meaning = JSON.stringify([effect, watch, effect === "reload" ? reload?.on : [], logs])
      const known = found.get(meaning)
      if (known === undefined) found.set(meaning, { effect, rules: rules(), keys: [key] })
      else known.keys.push(key)
    }
    if (watch.length > 0) want("restart", () => watchRules(watch, logs))
    if (reload !== null && reload.on.length > 0) want("reload", () => reloadRules(definition))
  }
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)))
}

const nameOf = (bases: ReadonlyArray<Base>, path: string): string => {
  const base = bases.find(({ real }) => isIn(path, real))
  return base === undefined ? path : `${base.named}${path.slice(base.real.length)}`
}

/**
 * Of several files the one that changed last is named, since that says whether a process has seen it. `times`: null where that is
 * not known, of what is gone, and of a directory that is another one now.
 */
const changesOf = (
  watching: ReadonlyArray<Watching>,
  times: ReadonlyMap<string, number | null>,
  now: number
): ReadonlyArray<SourceChange> => {
  const known = [...times].map(([path, at]) => [path, at ?? now] as const)
  return watching.flatMap(({ effect, keys, rules }) => {
    const own = known.filter(
      ([path]) => rules.matches(path) || rules.bases.some((base) => isIn(base, path))
    )
    if (own.length === 0) return []
    const [path, at] = own.reduce((latest, one) => (one[1] > latest[1] ? one : latest))
    return [{ keys, effect, path, at }]
  })
}

const tellTrouble = (errno: string) =>
  Effect.logWarning(
    errno === "ENOSPC" || errno === "EMFILE"
      ? `not every file that programs watch can be watched (${errno}): raise fs.inotify.max_user_watches and ` +
          "max_user_instances, or name fewer directories in `watch` and `reload.on`"
      : `a file that a program watches cannot be watched (${errno}): restart or reload the program by hand when it changes`
  )

export const SourceWatcherLive = Layer.effect(SourceWatcher, makeSourceWatcher)

/** For a daemon that watches nothing. */
export const NoSourceWatcher = Layer.succeed(SourceWatcher, {
  follow: () => Effect.void,
  next: Effect.never
})
