/**
 * FIFOs for the output of processes (design 9, 10). Where a keeper holds them too, some are ready before anybody needs them: a
 * restart waits neither for their making nor for the keeper. Those that are asked for in one turn are held by one question.
 */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import type { Channel } from "../logs/LogPlane.ts"
import { Fifo, type FifoFailure } from "../os/Fifo.ts"
import { Keeper } from "../os/Keeper.ts"
import { streamOf } from "./pipes.ts"

/** Of one process life, and named by it. */
export interface OutputPipes {
  readonly spawnId: string
  /** Reeve's own until they are given to a user. */
  readonly paths: ReadonlyMap<Channel, string>
  /** Those that the keeper could not open. */
  readonly unheld: ReadonlyArray<string>
}

type Channels = ReadonlyArray<Channel>

/** Sets of a kind that wait for a start. */
const stock = 4

export const makeOutputPipes = Effect.fnUntraced(function* (nextSpawnId: () => string) {
  const { present } = yield* Keeper
  const scope = yield* Scope.Scope
  const { areThere, drop, make, makeHeld } = yield* maker(nextSpawnId)
  const ask = inOneQuestion(makeHeld)
  const ready = new Map<string, Array<OutputPipes>>()
  const restocking = new Set<string>()

  const readyOf = (channels: Channels): Array<OutputPipes> => {
    const kind = channels.join()
    const found = ready.get(kind) ?? []
    ready.set(kind, found)
    return found
  }

  const fill = Effect.fnUntraced(function* (channels: Channels) {
    const found = readyOf(channels)
    const missing = Array.from({ length: stock - found.length }, () => channels)
    for (const exit of yield* makeHeld(missing)) {
      if (Exit.isFailure(exit)) continue
      if (exit.value.unheld.length === 0) found.push(exit.value)
      else yield* drop(exit.value)
    }
  })

  yield* Effect.addFinalizer(() =>
    Effect.suspend(() => {
      const left = [...ready.values()].flat()
      ready.clear()
      return Effect.forEach(left, drop, { discard: true })
    })
  )

  return {
    take: Effect.fnUntraced(function* (channels: Channels) {
      if (!present()) return yield* make(channels)
      for (let one = readyOf(channels).pop(); one !== undefined; one = readyOf(channels).pop()) {
        if (yield* areThere(one)) return one
        yield* drop(one)
      }
      return yield* ask(channels)
    }),
    /** Nothing came of the start that they were taken for. */
    giveBack: (channels: Channels, pipes: OutputPipes): Effect.Effect<void> =>
      Effect.suspend(() => {
        const isOneMore = readyOf(channels).length >= stock
        if (!present() || pipes.unheld.length > 0 || isOneMore) return drop(pipes)
        readyOf(channels).push(pipes)
        return Effect.void
      }),
    /** Beside what its caller does: there are as many again as are to wait. */
    restock: (channels: Channels): Effect.Effect<void> =>
      Effect.suspend(() => {
        const kind = channels.join()
        if (!present() || restocking.has(kind) || readyOf(channels).length >= stock)
          return Effect.void
        restocking.add(kind)
        const filled = Effect.ensuring(
          fill(channels),
          Effect.sync(() => restocking.delete(kind))
        )
        return Effect.asVoid(Effect.forkIn(filled, scope))
      })
  }
})

const maker = Effect.fnUntraced(function* (nextSpawnId: () => string) {
  const fifo = yield* Fifo
  const keeper = yield* Keeper

  const removeAll = (paths: Iterable<string>): Effect.Effect<void> =>
    Effect.forEach(paths, (path) => fifo.remove(path), { discard: true })

  const make = Effect.fnUntraced(function* (channels: Channels) {
    const spawnId = nextSpawnId()
    const paths = new Map<Channel, string>()
    for (const channel of channels) {
      const path = yield* Effect.tapError(fifo.make(streamOf(spawnId, channel), null), () =>
        removeAll(paths.values())
      )
      paths.set(channel, path)
    }
    const pipes: OutputPipes = { spawnId, paths, unheld: [] }
    return pipes
  })

  /** In their order; the keeper has opened what it can when this is over. */
  const makeHeld = Effect.fnUntraced(function* (wanted: ReadonlyArray<Channels>) {
    const made: Array<Exit.Exit<OutputPipes, FifoFailure>> = []
    for (const channels of wanted) made.push(yield* Effect.exit(make(channels)))
    const refused = new Set(yield* keeper.hold(made.flatMap(pathsOf)))
    return made.map((one) => {
      const unheld = pathsOf(one).filter((path) => refused.has(path))
      return Exit.isFailure(one) ? one : Exit.succeed({ ...one.value, unheld })
    })
  })

  const drop = ({ paths }: OutputPipes): Effect.Effect<void> =>
    Effect.andThen(removeAll(paths.values()), keeper.drop([...paths.values()]))

  const areThere = ({ paths }: OutputPipes): Effect.Effect<boolean> =>
    Effect.map(
      Effect.forEach(paths.values(), (path) => fifo.isThere(path)),
      (there) => there.every(Boolean)
    )

  return { areThere, drop, make, makeHeld }
})

const pathsOf = (one: Exit.Exit<OutputPipes, FifoFailure>): ReadonlyArray<string> =>
  Exit.isFailure(one) ? [] : [...one.value.paths.values()]

interface Wanted {
  readonly channels: Channels
  readonly made: Deferred.Deferred<OutputPipes, FifoFailure>
}

/** The first of a turn lets the others of that turn join, and asks for all: it must not go away before. */
const inOneQuestion = (
  makeHeld: (
    wanted: ReadonlyArray<Channels>
  ) => Effect.Effect<ReadonlyArray<Exit.Exit<OutputPipes, FifoFailure>>>
) => {
  let together: Array<Wanted> | null = null
  const answer = (all: ReadonlyArray<Wanted>) =>
    Effect.map(makeHeld(all.map(({ channels }) => channels)), (made) => {
      for (const [at, exit] of made.entries()) {
        const one = all[at]
        if (one !== undefined) Deferred.doneUnsafe(one.made, exit)
      }
    })
  return (channels: Channels): Effect.Effect<OutputPipes, FifoFailure> =>
    Effect.suspend(() => {
      const wanted: Wanted = { channels, made: Deferred.makeUnsafe() }
      if (together !== null) {
        together.push(wanted)
        return Deferred.await(wanted.made)
      }
      const all = [wanted]
      together = all
      return Effect.yieldNow.pipe(
        Effect.andThen(
          Effect.suspend(() => {
            together = null
            return answer(all)
          })
        ),
        Effect.uninterruptible,
        Effect.andThen(Deferred.await(wanted.made))
      )
    })
}
