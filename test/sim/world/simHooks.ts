/** Hooks as scripts: how long each takes and how it ends. Says what is wrong when two of one instance run at once. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { InstanceKey } from "../../../src/domain/Instance.ts"
import { type HookEnd, HookRunner } from "../../../src/os/HookRunner.ts"
import type { HookRun, World } from "./World.ts"

export const simHooks = (world: World) => {
  const open = new Map<InstanceKey, HookRun>()
  let started = 0
  return Layer.succeed(HookRunner, {
    run: (order, began) =>
      Effect.suspend(() => {
        const { hook, instance: key, timeoutMs } = order
        const other = open.get(key)
        if (other !== undefined) world.wrong(`${hook} of ${key} runs beside its ${other.hook}`)
        const { afterMs, code } = world.hookScript(order)
        const run: HookRun = { key, hook, from: world.now(), to: null }
        world.hookRuns.push(run)
        open.set(key, run)
        started += 1
        world.note(`hook ${hook} of ${key} begins`)
        const isLate = afterMs === null || afterMs > timeoutMs
        const end: HookEnd = isLate
          ? { kind: "timeout", lines: [], dropped: 0 }
          : { kind: "ended", status: { kind: "code", code }, lines: ["said"], dropped: 0 }
        return began({ pid: 900_000 + started, startTicks: started }).pipe(
          Effect.andThen(Effect.sleep(isLate ? timeoutMs : afterMs)),
          Effect.as(end),
          Effect.ensuring(
            Effect.sync(() => {
              run.to = world.now()
              open.delete(key)
              world.note(`hook ${hook} of ${key} is over`)
            })
          )
        )
      })
  })
}
