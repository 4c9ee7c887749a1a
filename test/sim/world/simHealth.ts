/** Probes that find what the scripts of processes say, and what processes tell of themselves. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Queue from "effect/Queue"
import { readNotice } from "../../../src/core/readNotice.ts"
import { Notices } from "../../../src/os/notices/Notices.ts"
import type { Seen } from "../../../src/os/probe/Seen.ts"
import { Prober } from "../../../src/supervise/Prober.ts"
import type { World } from "./World.ts"

export const simHealth = (world: World) =>
  Layer.mergeAll(
    Layer.succeed(Prober, {
      look: ({ spawnId }) => Effect.suspend(() => look(world, spawnId))
    }),
    Layer.succeed(Notices, {
      open: (spawnId) => Effect.succeed(`/notify/${spawnId}`),
      watch: () => Effect.void,
      close: () => Effect.void,
      closeUnheld: Effect.void,
      hear: (take) =>
        Effect.gen(function* () {
          const heard = yield* Queue.unbounded<readonly [string, string]>()
          world.onTold = (spawnId, text) => {
            Queue.offerUnsafe(heard, [spawnId, text])
          }
          for (;;) {
            const [spawnId, text] = yield* Queue.take(heard)
            yield* take(spawnId, readNotice(text))
          }
        })
    })
  )

const look = (world: World, spawnId: string): Effect.Effect<Seen> => {
  world.onLook(world.now())
  const process = world.leaders.find((leader) => leader.spawnId === spawnId)
  if (process === undefined) return Effect.succeed({ ok: false, text: "ECONNREFUSED" })
  const age = world.now() - process.bornAt
  const found = process.script.health?.findLast(([fromMs]) => fromMs <= age)?.[1] ?? "ready"
  switch (found) {
    case "ready":
      return Effect.succeed({ ok: true, text: "200" })
    case "notReady":
      world.fired.add("notReady")
      return Effect.succeed({ ok: false, text: "503" })
    case "hangs":
      world.fired.add("probeHangs")
      return Effect.never
  }
}
