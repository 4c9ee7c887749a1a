/** Hooks as scripts: how long each takes and how it ends. Says what is wrong when two of one instance run at once. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { InstanceKey } from "../../../src/domain/Instance.ts"
import { type HookEnd, HookRunner } from "../../../src/os/HookRunner.ts"
import type { HookRun, World } from "./World.ts"

export const simHooks = (world: World) => {
  const own: Array<HookRun> = []
  let started = 0
  return Layer.succeed(HookRunner, {
    run: (order, began) =>
      Effect.suspend(() => {
        const { hook, instance: key, timeoutMs } = order
        const other = own.find((it) => it.key === key && it.to === null)
        if (other !== undefined) world.wrong(`${hook} of ${key} runs beside its ${other.hook}`)
        if (hook === "beforeStart" && livesOf(world, key)) {
          world.wrong(`beforeStart of ${key} runs beside its process`)
        }
        const { afterMs, code } = world.hookScript(order)
        const run: HookRun = { key, hook, from: world.now(), to: null }
        world.hookRuns.push(run)
        own.push(run)
        started += 1
        world.note(`hook ${hook} of ${key} begins`)
        const isLate = afterMs === null || afterMs > timeoutMs
        if (isLate) world.fired.add("hookHangs")
        else if (code !== 0) world.fired.add("hookFails")
        const end: HookEnd = isLate
          ? { kind: "timeout", lines: [], dropped: 0 }
          : { kind: "ended", status: { kind: "code", code }, lines: ["said"], dropped: 0 }
        return began({ pid: 900_000 + started, startTicks: started }).pipe(
          Effect.andThen(Effect.sleep(isLate ? timeoutMs : afterMs)),
          Effect.as(end),
          Effect.ensuring(
            Effect.sync(() => {
              run.to = world.now()
              world.note(`hook ${hook} of ${key} is over`)
            })
          )
        )
      })
  })
}

const livesOf = ({ attempts, processes }: World, key: InstanceKey): boolean => {
  const own = new Set(attempts.flatMap((it) => (it.key === key ? [it.spawnId] : [])))
  return [...processes.values()].some(({ dead, spawnId }) => !dead && own.has(spawnId ?? ""))
}
