/**
 * Who comes after this daemon and its keeper, as clients may ask for it. What is refused changes nothing: an entry that others
 * could have written would run as this user.
 */
import * as Effect from "effect/Effect"
import type { DaemonControl } from "../api/DaemonControl.ts"
import { Refused } from "../api/errors.ts"
import type { Keeper } from "../os/Keeper.ts"
import { whyUntrusted } from "../os/trustedEntry.ts"
import type { KeeperPipe } from "./keeperPipe.ts"

/** How the daemon ends: with its programs, or without them. */
export type Way =
  | { readonly kind: "stop" }
  /** The keeper ends too. */
  | { readonly kind: "leave" }
  /** The keeper starts that entry. */
  | { readonly kind: "replace"; readonly daemon: string }

export interface Asked {
  readonly who: string
  readonly way: Way
}

export const successionOf = (parts: {
  readonly keeper: Keeper["Service"]
  readonly pipe: KeeperPipe
  readonly stopping: () => boolean
  readonly ask: (who: string, way: Way) => Effect.Effect<void>
}) => {
  const { ask, keeper, pipe, stopping } = parts
  const { met } = keeper
  let now = { version: met.version, protocol: met.protocol }
  const present = () => keeper.present() && met.pid !== null
  const unless = <A>(objection: string | null, act: Effect.Effect<A, Refused>) =>
    objection === null ? act : Effect.fail(new Refused({ text: objection }))
  const objectionTo = (entry: string): string | null => {
    if (stopping()) return isEnding
    if (!present()) return isAlone
    const why = whyUntrusted(entry)
    return why === null ? null : `${why}.`
  }
  const renew = Effect.fnUntraced(function* (who: string, entry: string) {
    yield* Effect.logInfo(`the keeper becomes ${entry} (${who})`)
    const next = yield* pipe.renew(entry)
    if (next === null) return yield* new Refused({ text: didNotFollow })
    now = next
    return next.version
  })
  const service: Pick<DaemonControl["Service"], "leave" | "upgrade" | "renewKeeper"> = {
    leave: (who) =>
      Effect.suspend(() => {
        const isFirst = met.pid === 1 && present()
        return unless(
          stopping() ? isEnding : isFirst ? endsContainer : null,
          ask(who, { kind: "leave" })
        )
      }),
    upgrade: (who, daemon) =>
      Effect.suspend(() => unless(objectionTo(daemon), ask(who, { kind: "replace", daemon }))),
    renewKeeper: (who, entry) => Effect.suspend(() => unless(objectionTo(entry), renew(who, entry)))
  }
  return {
    service,
    keeper: () => (present() ? now : { version: null, protocol: 0 })
  }
}

const isEnding = "reeve is ending already."
const endsContainer =
  "reeve is the first process of its container: when it ends, the kernel ends everything there."
const isAlone =
  "The keeper was killed, so nobody would start another daemon; reeve up takes this one over."
const didNotFollow =
  "No other keeper answered; the one before goes on, and its standard error says why."
