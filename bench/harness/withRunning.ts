/**
 * Targets that run are ended whatever happens: where a figure fails, and where it takes too long. Where a signal ends the bench,
 * they are ended by their sites (`endOnSignals`).
 */
import type { Site } from "./Site.ts"
import type { Launched, Load, Running, Target } from "./Target.ts"

const launching = new Set<Promise<Launched>>()
const live = new Set<Running>()

export const withRunning = async <A>(
  { launch }: Pick<Target, "launch">,
  site: Site,
  load: Load,
  use: (running: Launched) => Promise<A>
): Promise<A> => {
  const running = await launched(launch(site, load))
  try {
    return await use(running)
  } finally {
    await running.end()
    live.delete(running)
  }
}

const launched = async (launch: Promise<Launched>): Promise<Launched> => {
  launching.add(launch)
  try {
    const running = await launch
    live.add(running)
    return running
  } finally {
    launching.delete(launch)
  }
}

/** Ends what runs, and what is being launched as soon as it is. Never fails. */
export const endLive = async (): Promise<void> => {
  await Promise.allSettled(launching)
  await Promise.allSettled([...live].map((running) => running.end()))
}
