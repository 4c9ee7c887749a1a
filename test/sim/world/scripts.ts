/** What a simulated process does with its life. */
import { drawnFrom } from "../../../src/core/drawnFrom.ts"
import type { ExitStatus } from "../../../src/domain/State.ts"
import { runOfTask } from "./tasks.ts"
import type { World } from "./World.ts"

export interface Script {
  /** Ends by itself; null: never. */
  readonly dieAfterMs: number | null
  readonly status: ExitStatus
  /** Ends this long after a stop signal; null: ignores it. */
  readonly termAfterMs: number | null
  readonly killDelayMs: number
  /** The kernel shows its end this much later. */
  readonly exitLateMs: number
  readonly refusesSignals: boolean
  /** Started at once, in its group. */
  readonly child: Script | null
  /** When it writes a piece of output, in milliseconds after its start, and whether it does right before its end. */
  readonly says?: ReadonlyArray<number>
  readonly lastWords?: boolean
  /** What a probe finds from this age on, in milliseconds. Default: ready at once. */
  readonly health?: ReadonlyArray<readonly [fromMs: number, found: "ready" | "notReady" | "hangs"]>
  /** Bytes of memory that it uses from this age on. Default: none. */
  readonly uses?: ReadonlyArray<readonly [fromMs: number, bytes: number]>
  /** What it tells of itself at this age. */
  readonly tells?: ReadonlyArray<readonly [atMs: number, text: string]>
}

const code = (number: number): ExitStatus => ({ kind: "code", code: number })

/** Runs until it is asked to end, and then ends at once. */
export const steady: Script = {
  dieAfterMs: null,
  status: code(0),
  termAfterMs: 0,
  killDelayMs: 0,
  exitLateMs: 0,
  refusesSignals: false,
  child: null
}

export const drawScript = (world: World, spawnId: string): Script => {
  const script = drawLife(world)
  const attempt = world.attempts.findLast((it) => it.spawnId === spawnId)
  return attempt === undefined || attempt.spec.definition.task === null
    ? script
    : runOfTask(script, spawnId, world.troubled)
}

const drawLife = (world: World): Script => {
  const { dice } = world
  const given = world.script.shift()
  if (given !== undefined) return given
  if (!world.troubled) return { ...steady, termAfterMs: dice.between(0, 200) }
  const young = dice.chance(0.3)
  if (young) world.fired.add("diesYoung")
  const long = dice.chance(0.5) ? null : dice.between(1_000, 40_000)
  return {
    dieAfterMs: young ? dice.between(0, 990) : long,
    status: dice.pick<ExitStatus>([
      code(0),
      code(1),
      { kind: "signal", signal: "SIGSEGV", number: 11, core: true }
    ]),
    termAfterMs: dice.chance(0.25) ? null : dice.chance(0.3) ? 0 : dice.between(1, 4_000),
    killDelayMs: dice.chance(0.06) ? dice.between(500, 60_000) : 0,
    exitLateMs: dice.chance(0.15) ? dice.between(1, 3_000) : 0,
    refusesSignals: dice.chance(0.03),
    child: dice.chance(0.2) ? drawChild(world) : null,
    health: drawHealth(world.attempts.at(-1)?.spawnId ?? "")
  }
}

/** Ready at once, late, now and then, or never; or answers hang for a while. Drawn from the spawn id. */
const drawHealth = (spawnId: string): NonNullable<Script["health"]> => {
  const drawn = drawnFrom(spawnId)
  const late = 500 + Math.round(8_000 * drawnFrom(`${spawnId} late`))
  if (drawn < 0.35) return [[0, "ready"]]
  if (drawn < 0.55) {
    return [
      [0, "notReady"],
      [late, "ready"]
    ]
  }
  if (drawn < 0.75) {
    return [
      [0, "ready"],
      [late, "notReady"],
      [2 * late, "ready"],
      [3 * late, "notReady"],
      [4 * late, "ready"]
    ]
  }
  if (drawn < 0.85) return [[0, "notReady"]]
  return [
    [0, "ready"],
    [late, "hangs"],
    [late + 4_000, "ready"]
  ]
}

const drawChild = ({ dice }: World): Script => ({
  dieAfterMs: dice.chance(0.5) ? null : dice.between(1, 60_000),
  status: code(0),
  termAfterMs: dice.chance(0.4) ? null : dice.between(0, 2_000),
  killDelayMs: 0,
  exitLateMs: 0,
  refusesSignals: false,
  child: null
})
