/** The Supervisor as its callers see it; the observer hears what they ask for. */
import * as Effect from "effect/Effect"
import type { Supervisor } from "../../../src/supervise/Supervisor.ts"
import type { Observer } from "./Observer.ts"

export const observing = (
  real: Supervisor["Service"],
  observer: Observer
): Supervisor["Service"] => ({
  ...real,
  add: (spec) =>
    Effect.suspend(() => {
      observer.expect(spec, true)
      return real.add(spec)
    }),
  update: (spec) =>
    Effect.suspend(() => {
      observer.expect(spec, false)
      return real.update(spec)
    }),
  restart: (spec, origin, wait) =>
    Effect.suspend(() => {
      observer.expect(spec, true)
      return real.restart(spec, origin, wait)
    }),
  rename: (from, spec) =>
    Effect.suspend(() => {
      observer.renamed(from, spec)
      return real.rename(from, spec)
    })
})
