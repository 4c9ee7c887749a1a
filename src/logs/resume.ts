/**
 * Sinks and streams of an earlier daemon, all at once: nobody reads those pipes meanwhile, so no fiber and no timer is made for
 * each of them. A target that hangs delays no other's streams; the call ends when nothing comes any more.
 */
import * as Effect from "effect/Effect"
import { askToAttach, askToConfigure, timedOut } from "./asking.ts"
import type { Resumed, Resumption, SinkFailure } from "./LogPlane.ts"
import type { PlaneState } from "./PlaneState.ts"

export const resume = (
  state: PlaneState,
  wanted: ReadonlyArray<Resumed>
): Effect.Effect<ReadonlyArray<Resumption>> =>
  Effect.suspend(() => {
    const all = wanted.map((one) => new Resuming(one))
    let left = all.length
    let answers = 0
    const answered = () => {
      answers++
    }
    const finished = Effect.callback<void>((done) => {
      const settled = () => {
        left--
        if (left === 0) done(Effect.void)
      }
      if (left === 0) done(Effect.void)
      for (const one of all) one.begin(state, answered, settled)
    })
    const stalled = Effect.gen(function* () {
      let before = answers
      for (let still = 0; still < STALL_LOOKS; still++) {
        yield* Effect.sleep(LOOK_EVERY)
        if (answers > before) still = -1
        before = answers
      }
    })
    return Effect.map(Effect.raceFirst(finished, stalled), () => all.map((one) => one.end()))
  })

/** However many there are: what still hangs when nothing else was done during so many looks is unusable. */
const STALL_LOOKS = 5
const LOOK_EVERY = "1 second"

/** One sink on its way. What has not been answered is undefined. */
class Resuming {
  private sink: SinkFailure | null | undefined
  private readonly streams: Array<SinkFailure | null | undefined>
  private readonly wanted: Resumed
  private over = false
  private readonly giveUp: Array<() => void> = []

  constructor(wanted: Resumed) {
    this.wanted = wanted
    this.streams = wanted.streams.map(() => undefined)
  }

  begin(state: PlaneState, answered: () => void, settled: () => void): void {
    const { id, spec, streams } = this.wanted
    askToConfigure(state, id, spec, (failure) => {
      if (this.over) return
      answered()
      this.sink = failure
      let left = streams.length
      if (failure !== null || left === 0) return settled()
      for (const [at, stream] of streams.entries()) {
        const giveUp = askToAttach(state, stream, id, (failed) => {
          this.streams[at] = failed
          answered()
          left--
          if (left === 0) settled()
        })
        this.giveUp.push(giveUp)
      }
    })
  }

  /** Nobody waits any more. */
  end(): Resumption {
    this.over = true
    for (const giveUp of this.giveUp) giveUp()
    const { spec, streams } = this.wanted
    const { sink = timedOut(spec.path ?? "") } = this
    if (sink !== null) return { sink, streams: [] }
    const failed = streams.map(({ fifo }, at) => {
      const known = this.streams[at]
      return known === undefined ? timedOut(fifo) : known
    })
    return { sink, streams: failed }
  }
}
