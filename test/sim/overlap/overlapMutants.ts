/** Mistakes that a daemon could make as it replaces processes with overlap, or has them read files anew; each is small. */
import * as Effect from "effect/Effect"
import type { InstanceEvent } from "../../../src/core/instanceState.ts"
import type { CrashPlant } from "../crash/world/CrashPlant.ts"
import { reloadSignal } from "./programs.ts"

export interface OverlapMutant {
  readonly name: string
  /** A seed that found it once: it is tried first. */
  readonly first: number
  readonly plant: CrashPlant
}

const bug = { kind: "operator", who: "bug" } as const

/** A stop that a plan asks for with these words does not happen. */
const deafTo = (text: string): CrashPlant => {
  const isIt = (event: InstanceEvent): boolean =>
    event.kind === "stop" && event.reason.kind === "plan" && event.reason.text.includes(text)
  return {
    transition: (honest) => (policy, state, event, now) =>
      isIt(event) ? [state, []] : honest(policy, state, event, now)
  }
}

export const overlapMutants: ReadonlyArray<OverlapMutant> = [
  {
    name: "asks the old process to stop before the new one is ready",
    first: 4,
    plant: {
      supervisor: (honest) => ({
        ...honest,
        succeed: (spec, origin) => honest.restart(spec, origin, false)
      })
    }
  },
  {
    name: "forgets at its boot to end what stood beside",
    first: 10,
    plant: deafTo("another process has its place")
  },
  {
    name: "lets the old process run on when another one has its place",
    first: 4,
    plant: deafTo("has taken its place")
  },
  {
    name: "does not take away a new process that is not wanted any more",
    first: 1,
    plant: deafTo("its place is not to be taken any more")
  },
  {
    name: "writes down nothing when a place is taken",
    first: 4,
    plant: {
      store: (honest) => ({
        ...honest,
        processes: { ...honest.processes, succeed: () => Effect.void }
      })
    }
  },
  {
    name: "tells a process twice to read its files anew",
    first: 3,
    plant: {
      supervisor: (honest) => ({
        ...honest,
        reload: (key) =>
          Effect.andThen(
            honest.reload(key),
            Effect.ignore(honest.signal(key, reloadSignal.number, "process", bug))
          )
      })
    }
  },
  {
    name: "tells nobody to read files anew, and takes it for done",
    first: 5,
    plant: {
      proc: (honest) => ({
        ...honest,
        signal: (pid, signal, scope) =>
          signal === reloadSignal.number ? Effect.void : honest.signal(pid, signal, scope)
      })
    }
  },
  {
    name: "restarts what would read its files anew",
    first: 14,
    plant: {
      supervisor: (honest) => ({
        ...honest,
        reload: (key) =>
          Effect.andThen(
            honest.reload(key),
            Effect.ignore(
              Effect.flatMap(honest.get(key), ({ spec }) => honest.restart(spec, bug, false))
            )
          )
      })
    }
  },
  {
    name: "has a process read anew what it is made from",
    first: 4,
    plant: {
      supervisor: (honest) => ({
        ...honest,
        noteChange: (key, change) => honest.noteChange(key, { ...change, effect: "reload" })
      })
    }
  }
]
