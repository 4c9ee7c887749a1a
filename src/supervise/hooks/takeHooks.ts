/**
 * The hooks of an earlier daemon. They ended with it, and what they left in their groups is ended first, so that none ever runs
 * twice at once. What the machine orders anew (`beforeStart`, `beforeStop`) is left to it; the others run again from their
 * beginning, where what they are about is still so.
 */
import * as Effect from "effect/Effect"
import type { Resumption } from "../../store/resumption.ts"
import type { Instance } from "../Instance.ts"
import { obey } from "../obey.ts"
import type { Workshop } from "../Workshop.ts"
import { hookTask } from "./HookTask.ts"
import { lineUp } from "./hookOrders.ts"

const SIGKILL = 9

/** Before anything else that its actor does. */
export const takeHooks = Effect.fnUntraced(function* (
  shop: Workshop,
  instance: Instance,
  recorded: Resumption["hooks"]
) {
  for (const { process } of recorded) if (process !== null) yield* endRest(shop, process)
  for (const { hook, pid, status } of recorded) {
    const isSame = pid !== null && instance.process?.pid === pid
    switch (hook) {
      case "beforeStart":
      case "beforeStop":
        break
      case "afterStart":
        if (isSame && instance.machine.state === "RUNNING") {
          yield* lineUp(shop, instance, hookTask(hook, instance.spec, { pid, status }))
        }
        break
      case "stopCommand":
        if (isSame && instance.machine.state === "STOPPING")
          yield* obey(shop, instance, { kind: "signal" })
        break
      case "afterStop":
        yield* lineUp(shop, instance, hookTask(hook, instance.spec, { pid, status }))
        break
    }
  }
})

type Recorded = NonNullable<Resumption["hooks"][number]["process"]>

/** Bounded: what SIGKILL does not end sits in the kernel. */
const endRest = Effect.fnUntraced(function* ({ proc, sweeper }: Workshop, leader: Recorded) {
  const rest = Effect.gen(function* () {
    const facts = yield* proc.facts(leader.pid)
    const own = facts?.startTicks === leader.startTicks && facts.state !== "Z" ? [facts] : []
    return [...own, ...(yield* sweeper.left(leader))]
  })
  for (let look = 0; look < looks; look++) {
    const left = yield* rest
    if (left.length === 0) return
    for (const { pid } of left) yield* Effect.ignore(proc.signal(pid, SIGKILL, "process"))
    yield* Effect.sleep(pauseMs)
  }
})

const looks = 50
const pauseMs = 20
