/** The end of a scenario: the trouble is over, what runs is judged, and reeve is told to stop. */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { ActualInstance } from "../../../src/domain/Actual.ts"
import type { InstanceSpec } from "../../../src/domain/Instance.ts"
import { isOver } from "../../../src/domain/Terms.ts"
import { desiredOf } from "./desired.ts"
import { neededOf } from "./edges.ts"
import { change } from "./edits.ts"
import { openActions } from "./openActions.ts"
import { inBackground, type Play } from "./Play.ts"
import type { Stage } from "./simulate.ts"
import { statedReasons, watchApplies } from "./statedReasons.ts"

/** Nothing waits longer by the clock: a backoff of a minute with its jitter, or the end of a stop by hand. */
const longestWaitMs = 75_000

export const calm = Effect.fnUntraced(function* (play: Play) {
  const { advanceTo, files, observer, open, reconciler, supervisor, world } = play
  world.troubled = false
  world.diskFull = false
  yield* advanceTo(world.now() + 90_000)
  watchApplies(play)
  const apply = { who: "ann", protectedToo: true, wait: false } as const
  yield* inBackground(play, "apply", reconciler.apply(apply))
  for (let round = 0; round < 5; round += 1) {
    const before = observer.changes
    yield* advanceTo(world.now() + longestWaitMs)
    if (observer.changes === before && open.size === 0) break
  }
  for (const label of open) world.wrong(`${label} never came back`)
  const left = yield* openActions(play)
  const now = yield* Clock.currentTimeMillis
  const actual = yield* supervisor.snapshot
  const stuck = actual.some(({ state }) => state === "UNKNOWN")
  if (left.length > 0 && !stuck) {
    world.wrong(`the plan has actions after everything was applied: ${left.join(", ")}`)
  }
  const { isFailed, isUndone, waiting } = yield* statedReasons(play)
  const kept = reconciler.content().accepted?.programs.flatMap(({ instances }) => instances)
  const specs = isUndone ? (kept ?? []) : specsOf(files)
  const declared = new Map(specs.map((spec) => [spec.key, spec] as const))
  const present = new Map(actual.map((instance) => [instance.spec.key, instance] as const))
  // By the files: what runs may be of before, and its restart wait.
  const needed = neededOf(files.templates, (name) =>
    actual.some(
      ({ override, spec }) =>
        spec.program === name && isWanted(declared.get(spec.key) ?? spec, override)
    )
  )
  for (const [key, spec] of declared) {
    const instance = present.get(key)
    if (instance === undefined) world.wrong(`${key} is declared and does not exist`)
    else {
      const mayBeOld = isFailed || waiting.has(key)
      judge(play, spec, instance, { now, needed: isUndone ? new Set() : needed, mayBeOld })
    }
  }
  for (const [key, { state }] of present) {
    if (!declared.has(key) && state !== "UNKNOWN") world.wrong(`${key} exists, undeclared`)
  }
})

const isWanted = ({ definition }: InstanceSpec, override: ActualInstance["override"]): boolean =>
  override === null ? definition.start.auto : override.kind === "started"

const specsOf = (files: Stage["files"]): ReadonlyArray<InstanceSpec> =>
  desiredOf(files.templates, []).programs.flatMap(({ instances }) => instances)

interface Allowed {
  readonly now: number
  readonly needed: ReadonlySet<string>
  /** Its restart waits, and the plan says why. */
  readonly mayBeOld: boolean
}

const judge = (
  { observer, precedence, world }: Play,
  spec: InstanceSpec,
  instance: ActualInstance,
  { mayBeOld, needed, now }: Allowed
): void => {
  const { override, reason, started, state } = instance
  const wrong = (text: string): void => world.wrong(`${spec.key} is ${state} ${text}`)
  if (state === "UNKNOWN") return
  if (override !== null && isOver(override, now)) wrong("and held after its time")
  if (observer.stoppedByHand.has(spec.key) && override?.kind !== "stopped") {
    wrong("and the stop by hand is forgotten")
  }
  if (override?.kind === "stopped") {
    if (!["STOPPED", "EXITED", "FATAL"].includes(state)) wrong("although it is held stopped")
    return
  }
  const isStarted = override?.kind === "started"
  const toRun = isStarted || spec.definition.start.auto || needed.has(spec.program)
  // Also a restart waits for what it needs.
  if (precedence !== null && precedence.missing(spec).length > 0) return
  if (toRun && !["RUNNING", "EXITED", "FATAL"].includes(state)) wrong("and is to run")
  if (state !== "RUNNING" && reason === null) wrong("without a reason")
  const isOld = started?.definition.command[0] !== spec.definition.command[0]
  if (state === "RUNNING" && isOld && !mayBeOld) {
    wrong("with an old command")
  }
}

export const shutDown = Effect.fnUntraced(function* (play: Play) {
  const { advanceTo, dice, files, observer, supervisor, world } = play
  world.troubled = dice.chance(0.5)
  if (dice.chance(0.3)) {
    change(play)
    files.save()
  }
  yield* advanceTo(world.now() + dice.between(0, 1_500))
  observer.close()
  yield* inBackground(play, "shutdown", supervisor.shutdown)
  yield* advanceTo(world.now() + 300_000)
  for (const label of play.open) world.wrong(`${label} never came back`)
  for (const { spec, state } of yield* supervisor.snapshot) {
    if (!["STOPPED", "EXITED", "FATAL", "UNKNOWN"].includes(state)) {
      world.wrong(`${spec.key} is ${state} after the shutdown`)
    }
  }
})
