/** The clock of one daemon: that of the machine, and the moments at which the daemon's sleepers wake. */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as TestClock from "effect/testing/TestClock"
import type { Life } from "./Life.ts"

export const mortalClock = (
  clock: TestClock.TestClock,
  life: Pick<Life, "alarms" | "dead">
): TestClock.TestClock => ({
  ...clock,
  sleep: (duration) =>
    Effect.suspend(() => {
      if (life.dead) return Effect.never
      const alarm = { at: clock.currentTimeMillisUnsafe() + Duration.toMillis(duration) }
      life.alarms.add(alarm)
      return Effect.ensuring(
        clock.sleep(duration),
        Effect.sync(() => life.alarms.delete(alarm))
      )
    })
})
