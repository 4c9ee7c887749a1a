/** What a tree comes to without processes: plan after plan is carried out, and whatever starts comes up and is ready. */
import { assert } from "vitest"
import { plan } from "../../../src/core/plan.ts"
import { unattended } from "../../../src/core/planFacts.ts"
import type { Actual, ActualInstance } from "../../../src/domain/Actual.ts"
import type { Desired } from "../../../src/domain/Desired.ts"
import { graphFault } from "../../core/planning/graphFault.ts"
import { applyPlan, settle } from "../../core/planning/model.ts"
import type { Pids } from "./replaced.ts"

export const settled = (desired: Desired, before: Actual): Actual => {
  let actual = before
  for (let round = 0; round < rounds; round++) {
    const next = plan(desired, actual, unattended)
    if (next.actions.length === 0) return actual
    assert.isNull(graphFault(next))
    actual = cameUp(applyPlan(next, desired, actual, runs).actual)
  }
  throw new Error("there is something to do in each plan")
}

const rounds = 8

const runs = () => "runs" as const

/** Once for each that waits for one that waits. */
const cameUp = (actual: Actual): Actual => {
  let up = actual
  for (let round = 0; round < rounds; round++) up = settle(ready(up), runs)
  return ready(up)
}

const ready = (actual: Actual): Actual => ({
  ...actual,
  instances: actual.instances.map((it) => (it.state === "RUNNING" ? { ...it, ready: isOk } : it))
})

const isOk: ActualInstance["ready"] = { ok: true, since: 0, successes: 1, failures: 0, last: null }

/** Pids of what runs, by address. */
export const pidsOf = ({ instances }: Actual): Pids =>
  new Map(
    instances.flatMap(({ process, spec }) =>
      process === null ? [] : [[spec.address, process.pid] as const]
    )
  )
