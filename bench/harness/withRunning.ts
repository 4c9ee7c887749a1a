/**
 * Targets that run are ended whatever happens: where a figure fails, where it takes too long, and where the whole bench is to end.
 */
import type { Site } from "./Site.ts"
import type { Launched, Load, Running, Target } from "./Target.ts"

const live = new Set<Running>()
let isOver = false

export const withRunning = async <A>(
  target: Target,
  site: Site,
  load: Load,
  use: (running: Launched) => Promise<A>
): Promise<A> => {
  const running = await target.launch(site, load)
  live.add(running)
  try {
    if (isOver) throw new Error("the bench was ended")
    return await use(running)
  } finally {
    await running.end()
    live.delete(running)
  }
}

/** Ends what runs; who measures it sees it gone. */
export const endLive = async (): Promise<void> => {
  await Promise.all([...live].map((running) => running.end()))
}

/** As `endLive`, and what is being launched ends as soon as it is. */
export const endForGood = (): Promise<void> => {
  isOver = true
  return endLive()
}
