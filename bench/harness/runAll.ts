/**
 * All figures for all targets, interleaved: the targets take turns within each run, and another one is first each time, so that
 * what the machine does meanwhile and what the one before leaves behind meets all alike. One that fails stops nothing else.
 * A short run measures nothing, so all targets are run at a time there.
 */
import { setTimeout as pause } from "node:timers/promises"
import type { Figure, Scale } from "./Figure.ts"
import type { Outcome } from "./Outcome.ts"
import type { Target } from "./Target.ts"
import { endLive } from "./withRunning.ts"
import { withSite } from "./withSite.ts"

export interface Plan {
  readonly figures: ReadonlyArray<Figure>
  readonly targets: ReadonlyArray<Target>
  readonly runs: number
  readonly scale: Scale
  /** What is told of each measurement as it ends. */
  readonly told: (line: string) => void
}

/** Far above what the slowest takes: something hangs. */
const limitMs = 15 * 60_000

export const runAll = async (plan: Plan): Promise<ReadonlyArray<Outcome>> => {
  const outcomes: Array<Outcome> = []
  for (const figure of plan.figures) {
    const targets = plan.targets.filter(({ name }) => figure.targets.includes(name))
    for (let run = 1; run <= plan.runs; run++) {
      const measured = (target: Target) => measureOnce(figure, target, run, plan)
      if (plan.scale === "short") {
        // Mostly they wait; what they measure is thrown away.
        outcomes.push(...(await Promise.all(targets.map(measured))))
        continue
      }
      for (const target of rotated(targets, run - 1)) outcomes.push(await measured(target))
    }
  }
  return outcomes
}

const resultOf = ({ failure, target, values }: Outcome): string => {
  if (failure !== null) return `${target} failed: ${failure}`
  const shown = Object.entries(values).map(([id, value]) => `${id} ${Number(value.toPrecision(4))}`)
  return `${target}: ${shown.join(", ")}`
}

export const rotated = <A>(all: ReadonlyArray<A>, by: number): ReadonlyArray<A> =>
  all.map((_, at) => all[(at + by) % all.length]).filter((one) => one !== undefined)

const measureOnce = async (
  figure: Figure,
  target: Target,
  run: number,
  { runs, scale, told }: Plan
): Promise<Outcome> => {
  // Commands are run without a turn of the event loop between them: a signal is heard here.
  await pause(1)
  const from = performance.now()
  const outcome = { figure: figure.id, target: target.name, run }
  const ended = await withSite((site) => withinLimit(figure.measure(target, site, scale))).then(
    (values): Outcome => ({ ...outcome, values, failure: null }),
    (error): Outcome => ({ ...outcome, values: {}, failure: sentence(error) })
  )
  const seconds = ((performance.now() - from) / 1000).toFixed(1)
  told(`run ${run}/${runs} ${figure.id}, ${resultOf(ended)} (${seconds} s)`)
  return ended
}

const sentence = (error: unknown): string => (error instanceof Error ? error.message : `${error}`)

const withinLimit = async <A>(work: Promise<A>): Promise<A> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`it did not end within ${limitMs / 60_000} minutes`))
      void endLive()
    }, limitMs)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
