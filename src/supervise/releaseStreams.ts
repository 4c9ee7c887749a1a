import * as Effect from "effect/Effect"
import { closeNotices } from "./health/notices.ts"
import type { Instance } from "./Instance.ts"
import type { Workshop } from "./Workshop.ts"

/** A process has ended: what it held goes, and what it wrote is brought where it belongs (`Instance.releasing`). */
export const releaseStreams = (
  shop: Workshop,
  instance: Instance,
  spawnId: string
): Effect.Effect<void> =>
  Effect.suspend(() => {
    const { readyPipe, socketHolder, stdin, streams } = instance
    instance.readyPipe = null
    instance.streams = []
    instance.stdin = null
    instance.socketHolder = null
    instance.stdinQueue = null
    return Effect.all(
      [
        beginRelease(shop, instance, streams),
        // In a later step: who follows does not wait for it.
        stdin === null ? Effect.void : Effect.forkDetach(shop.fifo.remove(stdin)),
        closeNotices(shop, spawnId),
        readyPipe === null
          ? Effect.void
          : Effect.andThen(shop.fifo.remove(readyPipe), shop.keeper.drop([readyPipe])),
        socketHolder === null ? Effect.void : shop.sockets.release(socketHolder)
      ],
      { discard: true }
    )
  })

const beginRelease = (shop: Workshop, instance: Instance, streams: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const release = Effect.forEach(streams, (stream) => shop.logs.release(stream), {
      discard: true
    })
    instance.releasing = yield* Effect.forkIn(release, shop.scope, { startImmediately: true })
  })
