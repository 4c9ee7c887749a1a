/** What operators do in a scenario. */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { InstanceKey } from "../../../src/domain/Instance.ts"
import type { Terms } from "../../../src/domain/Terms.ts"
import { neededOf, together } from "./edges.ts"
import { inBackground, type Play } from "./Play.ts"

export const byHand = (play: Play): Effect.Effect<void> =>
  Effect.gen(function* () {
    const { dice, operator, supervisor, world } = play
    // An override that cannot be recorded is refused or told; what holds then is not decided here.
    if (world.diskFull) return
    const instances = yield* supervisor.snapshot
    if (instances.length === 0) return
    const { address, key } = dice.pick(instances).spec
    const kind = dice.pick(["stop", "stop", "start", "restart", "release"] as const)
    world.note(`by hand: ${kind} ${address}`)
    play.observer.askedAt.set(key, world.now())
    switch (kind) {
      case "stop": {
        const terms = yield* termsOfStop(play)
        if (terms.until === null) play.observer.stoppedByHand.add(key)
        else play.observer.stoppedByHand.delete(key)
        return yield* inBackground(play, `stop ${key}`, operator.stop([address], "ann", terms))
      }
      case "start":
        startedByHand(play, key)
        return yield* inBackground(play, `start ${key}`, operator.start([address], "ann", false))
      case "restart":
        startedByHand(play, key)
        return yield* inBackground(
          play,
          `restart ${key}`,
          operator.restart([address], "ann", false)
        )
      case "release":
        play.observer.stoppedByHand.delete(key)
        return yield* inBackground(play, `release ${key}`, operator.release([address], "ann"))
    }
  })

/** What it needs is started as well, and no longer held where it was. */
const startedByHand = ({ files, observer, supervisor, world }: Play, key: InstanceKey): void => {
  const program = supervisor.peek().find(({ spec }) => spec.key === key)?.spec.program
  // As the files say, and as it was before the last save, which may not be applied yet.
  const specs = supervisor.peek().map(({ spec }) => [spec.program, spec] as const)
  const needed = neededOf(together([...files.templates, ...specs]), (name) => name === program)
  observer.stoppedByHand.delete(key)
  for (const { spec } of supervisor.peek()) {
    if (spec.program === program || !needed.has(spec.program)) continue
    observer.stoppedByHand.delete(spec.key)
    observer.askedAt.set(spec.key, world.now())
  }
}

/** Each third is for a while: the end comes during the trouble, or in the calm after it. Drawn from what is drawn anyway. */
const termsOfStop = ({ count }: Play): Effect.Effect<Terms> =>
  Effect.map(Clock.currentTimeMillis, (now) => ({
    reason: null,
    until: count % 3 === 0 ? now + ((count % 7) + 1) * 9_000 : null
  }))
