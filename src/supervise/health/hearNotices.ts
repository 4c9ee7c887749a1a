/** What processes tell of themselves, to the actor of each. However much one tells, a single message of it waits. */
import * as Effect from "effect/Effect"
import { andThen, noNotice } from "../../core/readNotice.ts"
import type { Workshop } from "../Workshop.ts"

export const hearNotices = (shop: Workshop): Effect.Effect<never> =>
  shop.notices.hear((spawnId, notice) =>
    Effect.suspend(() => {
      const instance = shop.noticeOwners.get(spawnId)
      if (instance === undefined) return Effect.void
      const waiting = shop.heardNotices.get(spawnId)
      shop.heardNotices.set(spawnId, andThen(waiting ?? noNotice, notice))
      if (waiting !== undefined) return Effect.void
      // One whose actor is busy must not keep the others from being heard.
      const tell = instance.mailbox.offer({ kind: "notices", spawnId })
      return Effect.asVoid(Effect.forkIn(tell, shop.scope))
    })
  )
