/** The Keeper where there is none: everything succeeds and does nothing. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Keeper } from "./Keeper.ts"

export const noKeeper: Keeper["Service"] = {
  met: {
    protocol: 0,
    pid: null,
    version: null,
    run: 1,
    before: { kind: "none" },
    facts: new Map(),
    held: new Map(),
    sockets: new Map()
  },
  hold: () => Effect.succeed([]),
  drop: () => Effect.void,
  keepOnly: () => Effect.void,
  mirror: () => Effect.void,
  mirrorSoon: () => Effect.void,
  forget: () => Effect.void,
  forgetSoon: () => Effect.void,
  collect: () => Effect.void,
  hear: () => Effect.never,
  listen: () => Effect.succeed(null),
  unlisten: () => Effect.void,
  lost: Effect.never,
  present: () => false
}

export const NoKeeper = Layer.succeed(Keeper, noKeeper)
