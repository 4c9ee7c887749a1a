/** Tries a story with a death at every point, and tells of the first that goes wrong. */
import { assert } from "vitest"
import type { CrashPlant } from "./CrashPlant.ts"
import { type CrashRun, crashRun, type Trial } from "./crashRun.ts"
import type { Moment } from "./Life.ts"
import type { Crash, Disaster } from "./Machine.ts"
import type { Story } from "./Story.ts"

const moments: ReadonlyArray<Moment> = ["before", "after"]

export interface Tried {
  readonly trials: number
  /** The first that went wrong, if any. */
  readonly failed: { readonly trial: Trial; readonly run: CrashRun } | null
}

/** Every single death, before and after each call; `goOn`: does not stop at the first that goes wrong. */
export const tryAll = async (
  story: Story,
  options: {
    readonly disaster?: Disaster
    readonly plant?: CrashPlant
    readonly moments?: ReadonlyArray<Moment>
    /** Only each so-manieth call. Default: all of them. */
    readonly every?: number
    /** Far apart ones first: a mistake is found sooner. */
    readonly hunting?: boolean
    readonly onFailure?: (failed: NonNullable<Tried["failed"]>) => void
  } = {}
): Promise<Tried> => {
  const honest = await soundRun(story)
  const { disaster, plant } = options
  const sound = await crashRun(trialOf(story, [], honest, disaster, plant))
  let trials = 0
  let failed: Tried["failed"] = null
  for (const point of pointsOf(sound, options)) {
    for (const moment of options.moments ?? moments) {
      const trial = trialOf(story, [{ point, moment }], honest, disaster, plant)
      const run = await crashRun(trial)
      trials += 1
      if (run.violations.length === 0) continue
      failed ??= { trial, run }
      if (options.onFailure === undefined) return { trials, failed }
      options.onFailure({ trial, run })
    }
  }
  return { trials, failed }
}

const pointsOf = (
  { points }: CrashRun,
  { every = 1, hunting = false }: { readonly every?: number; readonly hunting?: boolean }
): ReadonlyArray<number> => {
  const all = points.map((_, index) => index + 1).filter((point) => point % every === 0)
  return hunting ? all.toSorted((a, b) => (a % stride) - (b % stride)) : all
}

const stride = 9

/** Two deaths: one at each of the calls that are chosen, and then one at every call that the next daemon begins with. */
export const tryTwice = async (
  story: Story,
  options: { readonly every?: number; readonly plant?: CrashPlant } = {}
): Promise<Tried> => {
  const { every = 1, plant } = options
  const honest = await soundRun(story)
  const sound = await crashRun(trialOf(story, [], honest, {}, plant))
  let trials = 0
  for (let point = 1; point <= sound.points.length; point += every) {
    const first: Crash = { point, moment: "after" }
    const once = await crashRun(trialOf(story, [first], honest, {}, plant))
    const begun = once.points.find(({ life }) => life === 2)?.at
    for (const [index, { at, life }] of once.points.entries()) {
      if (life !== 2 || at !== begun) continue
      const crashes: ReadonlyArray<Crash> = [first, { point: index + 1, moment: "after" }]
      const trial = trialOf(story, crashes, honest, {}, plant)
      const run = await crashRun(trial)
      trials += 1
      if (run.violations.length > 0) return { trials, failed: { trial, run } }
    }
  }
  return { trials, failed: null }
}

/** How the story goes when nobody dies. */
const soundRun = async (story: Story): Promise<CrashRun> => {
  const trial: Trial = { story, crashes: [], expected: null }
  const run = await crashRun(trial)
  assert.isEmpty(run.violations, explain(trial, run))
  return run
}

const trialOf = (
  story: Story,
  crashes: ReadonlyArray<Crash>,
  honest: CrashRun,
  disaster: Disaster = {},
  plant: CrashPlant = {}
): Trial => ({ story, crashes, disaster, plant, expected: honest.ending })

export const explain = ({ crashes, disaster, story }: Trial, run: CrashRun): string => {
  const deaths = crashes.map(({ moment, point }) => {
    return `${moment} ${point} (${run.points[point - 1]?.label ?? "?"})`
  })
  const title = `${story.name} ${JSON.stringify(disaster ?? {})}, death ${deaths.join(", then ")}`
  return [`${title}: ${run.violations.join("; ")}`, ...run.trace].join("\n")
}
