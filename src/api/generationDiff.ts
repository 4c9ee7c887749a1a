import { plan } from "../core/plan.ts"
import { unattended } from "../core/planFacts.ts"
import type { ActualInstance } from "../domain/Actual.ts"
import type { Desired } from "../domain/Desired.ts"
import type { InstanceSpec } from "../domain/Instance.ts"
import type { Plan } from "../domain/Plan.ts"

/** What going from one generation to the other would do, if all of the first ran as it is declared. */
export const generationDiff = (from: Desired, to: Desired): Plan => {
  const instances = from.programs.flatMap((program) => program.instances.map(asDeclared))
  return plan(to, { instances, scales: [], overrides: [], origin: "live" }, unattended)
}

const asDeclared = (spec: InstanceSpec): ActualInstance => {
  const runs = spec.definition.start.auto
  return {
    spec,
    state: runs ? "RUNNING" : "STOPPED",
    reason: runs ? null : { kind: "neverStarted" },
    process: null,
    started: runs ? spec : null,
    since: 0,
    nextAttemptAt: null,
    startedAt: runs ? 0 : null,
    stoppedAt: null,
    exit: null,
    spawnError: "",
    failures: 0,
    starts: runs ? 1 : 0,
    leftovers: [],
    logTrouble: null,
    override: null,
    mustRestart: null,
    lastStartTicks: null,
    changedFile: null,
    unreadFile: null,
    wasReady: false,
    hook: null,
    limitsRefused: null,
    ready: null,
    liveness: null,
    told: null,
    successor: null
  }
}
