/**
 * All figures for all targets, interleaved: the targets take turns within each run, and another one is first each time, so that
 * what the machine does meanwhile and what the one before leaves behind meets all alike. One that fails stops nothing else.
 */
import type { Figure, Scale } from "./Figure.ts"
import type { Outcome } from "./Outcome.ts"
import { makeSite } from "./Site.ts"
import type { Target } from "./Target.ts"
import { endLive } from "./withRunning.ts"

export interface Plan {
  readonly figures: ReadonlyArray<Figure>
  readonly targets: ReadonlyArray<Target>
  readonly runs: number
  readonly scale: Scale
  /** What is told of each measurement as it ends. */
  readonly told: (line: string) => void
  /** After it, nothing more is begun. */
  readonly isOver: () => boolean
}

/** Far above what the slowest takes: something hangs. */
const limitMs = 15 * 60_000

export const runAll = async (plan: Plan): Promise<ReadonlyArray<Outcome>> => {
  const outcomes: Array<Outcome> = []
  for (const figure of plan.figures) {
    const targets = plan.targets.filter(({ name }) => figure.targets.includes(name))
    for (let run = 1; run <= plan.runs; run++) {
      for (const target of rotated(targets, run - 1)) {
        if (plan.isOver()) return outcomes
        const from = performance.now()
        const outcome = await measureOnce(figure, target, run, plan.scale)
        outcomes.push(outcome)
        const seconds = ((performance.now() - from) / 1000).toFixed(1)
        plan.told(`run ${run}/${plan.runs} ${figure.id}, ${told(outcome)} (${seconds} s)`)
      }
    }
  }
  return outcomes
}

const told = ({ failure, target, values }: Outcome): string => {
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
  scale: Scale
): Promise<Outcome> => {
  const site = makeSite()
  const outcome = { figure: figure.id, target: target.name, run }
  try {
    const values = await withinLimit(figure.measure(target, site, scale))
    return { ...outcome, values, failure: null }
  } catch (error) {
    return { ...outcome, values: {}, failure: error instanceof Error ? error.message : `${error}` }
  } finally {
    site.remove()
  }
}

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
