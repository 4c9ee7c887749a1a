/** Mistakes that a supervisor could make, each small. The simulation is worth what it finds of them. */
import * as Effect from "effect/Effect"
import type { InstanceState } from "../../../src/core/instanceState.ts"
import type { Plant } from "./Plant.ts"

export interface Mutant {
  readonly name: string
  /** The scenario that is to find it. */
  readonly scenario: "commands" | "daemon" | "graph"
  readonly plant: Plant
}

/** All are stopped at once, and only then the shutdown begins. */
const sideBySide: NonNullable<Plant["supervisor"]> = (honest) => ({
  ...honest,
  shutdown: Effect.gen(function* () {
    const instances = yield* honest.snapshot
    yield* Effect.forEach(
      instances,
      ({ spec }) => Effect.ignore(honest.stop(spec.key, { kind: "shutdown" })),
      { concurrency: "unbounded", discard: true }
    )
    yield* honest.shutdown
  })
})

export const mutants: ReadonlyArray<Mutant> = [
  {
    name: "does not journal the identity of a process",
    scenario: "commands",
    plant: {
      store: (honest) => ({
        ...honest,
        processes: { ...honest.processes, started: () => Effect.void }
      })
    }
  },
  {
    name: "does not journal an exit",
    scenario: "commands",
    plant: {
      store: (honest) => ({
        ...honest,
        processes: { ...honest.processes, exited: () => Effect.void }
      })
    }
  },
  {
    name: "starts again when a process looks dead, before its exit was heard",
    scenario: "commands",
    plant: {
      transition: (honest) => (policy, state, event, now) =>
        event.kind === "checked" && !event.alive && state.life === "live"
          ? honest(policy, { ...state, life: "pending" }, { kind: "spawnFailed", text: "" }, now)
          : honest(policy, state, event, now)
    }
  },
  {
    name: "lets the kernel have a pid before its end is known",
    scenario: "commands",
    plant: {
      reaper: (honest) => ({
        ...honest,
        run: (onExit) =>
          Effect.gen(function* () {
            const scope = yield* Effect.scope
            return yield* honest.run((exited) =>
              Effect.asVoid(Effect.forkIn(Effect.delay(onExit(exited), 700), scope))
            )
          }).pipe(Effect.scoped)
      })
    }
  },
  {
    name: "loses an exit now and then",
    scenario: "commands",
    plant: {
      reaper: (honest, { dice }) => ({
        ...honest,
        run: (onExit) => honest.run((exited) => (dice.chance(0.1) ? Effect.void : onExit(exited)))
      })
    }
  },
  {
    name: "ignores a stop during BACKOFF",
    scenario: "commands",
    plant: {
      transition: (honest) => (policy, state, event, now) =>
        event.kind === "stop" && state.state === "BACKOFF"
          ? [state, []]
          : honest(policy, state, event, now)
    }
  },
  {
    name: "allows one retry too many",
    scenario: "commands",
    plant: {
      transition: (honest) => (policy, state, event, now) => {
        const { retries } = policy.start
        const more = retries === "unlimited" ? retries : retries + 1
        return honest({ ...policy, start: { ...policy.start, retries: more } }, state, event, now)
      }
    }
  },
  {
    name: "retries without a delay",
    scenario: "commands",
    plant: {
      transition: (honest) => (policy, state, event, now) =>
        honest(policy, state, event.kind === "paced" ? { ...event, delayMs: 0 } : event, now)
    }
  },
  {
    name: "never sends KILL",
    scenario: "commands",
    plant: {
      transition: (honest) => (policy, state, event, now) =>
        event.kind === "tick" && state.state === "STOPPING" && state.life === "live"
          ? [{ ...state, deadline: null }, []]
          : honest(policy, state, event, now)
    }
  },
  {
    name: "starts what crashes during a shutdown",
    scenario: "commands",
    plant: {
      transition: (honest) => (policy, state, event, now) => {
        const [next, commands] = honest(policy, opened(state), event, now)
        return [opened(next), commands]
      }
    }
  },
  {
    name: "stops everything at once at a shutdown",
    scenario: "commands",
    plant: { supervisor: sideBySide }
  },
  {
    name: "declares RUNNING without a look at the process",
    scenario: "commands",
    plant: {
      transition: (honest) => (policy, state, event, now) =>
        honest(policy, state, event.kind === "checked" ? { ...event, alive: true } : event, now)
    }
  },
  {
    name: "does not see what a process left behind",
    scenario: "commands",
    plant: {
      proc: (honest) => ({
        ...honest,
        list: Effect.map(honest.list, (all) => all.filter(({ group, pid }) => group === pid))
      })
    }
  },
  {
    name: "forgets a start that was asked for during a stop",
    scenario: "commands",
    plant: {
      transition: (honest) => (policy, state, event, now) =>
        event.kind === "start" && state.state === "STOPPING"
          ? [state, []]
          : honest(policy, state, event, now)
    }
  },
  {
    name: "does not see that a process is ready in time",
    scenario: "commands",
    plant: {
      transition: (honest) => (policy, state, event, now) =>
        event.kind === "ready" ? [state, []] : honest(policy, state, event, now)
    }
  },
  {
    name: "restarts a process for a change that needs none",
    scenario: "commands",
    plant: {
      supervisor: (honest) => ({
        ...honest,
        update: (spec) =>
          Effect.andThen(
            honest.update(spec),
            Effect.ignore(honest.restart(spec, { kind: "operator", who: "bug" }, false))
          )
      })
    }
  },
  {
    name: "starts a new process for a rename",
    scenario: "commands",
    plant: {
      supervisor: (honest) => ({
        ...honest,
        rename: (from, spec) =>
          Effect.gen(function* () {
            yield* honest.remove(from, { kind: "shutdown" })
            yield* honest.add(spec)
            yield* Effect.ignore(honest.start(spec.key, { kind: "shutdown" }, false))
          })
      })
    }
  },
  {
    name: "forgets an override",
    scenario: "daemon",
    plant: { supervisor: (honest) => ({ ...honest, setOverride: () => Effect.void }) }
  },
  {
    name: "holds for ever what was to be held for a while",
    scenario: "daemon",
    plant: {
      supervisor: (honest) => ({ ...honest, expireOverride: () => Effect.succeed(false) })
    }
  },
  {
    name: "keeps the old specification at a restart",
    scenario: "daemon",
    plant: {
      supervisor: (honest) => ({
        ...honest,
        restart: (spec, origin, wait) =>
          Effect.flatMap(honest.get(spec.key), (instance) =>
            honest.restart(instance.spec, origin, wait)
          )
      })
    }
  },
  {
    name: "keeps what is no longer declared",
    scenario: "daemon",
    plant: {
      supervisor: (honest) => ({
        ...honest,
        remove: (key, origin) => honest.stop(key, origin)
      })
    }
  },
  {
    name: "starts programs in the opposite order",
    scenario: "daemon",
    plant: {
      supervisor: (honest) => ({
        ...honest,
        start: (key, origin, wait) =>
          Effect.gen(function* () {
            const { spec } = yield* honest.get(key)
            const late = Effect.gen(function* () {
              for (let turn = spec.groupPriority; turn < 1_000; turn += 1) yield* Effect.yieldNow
              yield* Effect.ignore(honest.start(key, origin, wait))
            })
            yield* Effect.forkDetach(late)
          })
      })
    }
  },
  {
    name: "starts programs before what they need is there",
    scenario: "graph",
    plant: {
      transition: (honest) => (policy, state, event, now) =>
        honest(policy, { ...state, awaits: [] }, event, now)
    }
  },
  {
    name: "lets programs wait for what has come",
    scenario: "graph",
    plant: {
      transition: (honest) => (policy, state, event, now) =>
        event.kind === "opened" ? [state, []] : honest(policy, state, event, now)
    }
  },
  {
    name: "leaves alone what is to follow a dependency",
    scenario: "graph",
    plant: {
      supervisor: (honest) => ({
        ...honest,
        restart: (spec, origin, wait) =>
          origin.kind === "follows" ? Effect.void : honest.restart(spec, origin, wait)
      })
    }
  },
  {
    name: "runs a task again that has completed",
    scenario: "graph",
    plant: {
      transition: (honest) => (policy, state, event, now) =>
        policy.task != null && event.kind === "exited"
          ? honest({ ...policy, restart: { ...policy.restart, when: "always" } }, state, event, now)
          : honest(policy, state, event, now)
    }
  },
  {
    name: "takes every end of a task for its completion",
    scenario: "graph",
    plant: {
      transition: (honest) => (policy, state, event, now) =>
        policy.task != null && event.kind === "exited"
          ? honest(
              { ...policy, restart: { ...policy.restart, expectedExitCodes: [0, 1] } },
              state,
              event,
              now
            )
          : honest(policy, state, event, now)
    }
  },
  {
    name: "leaves an update that failed as it is, although it is to be undone",
    scenario: "graph",
    plant: {
      store: (honest) => ({
        ...honest,
        generations: { ...honest.generations, list: () => Effect.succeed([]) }
      })
    }
  },
  {
    name: "goes back to what was never applied",
    scenario: "graph",
    plant: {
      store: (honest) => ({
        ...honest,
        generations: {
          ...honest.generations,
          list: (limit) =>
            Effect.map(honest.generations.list(limit), (list) =>
              list.map((it) => ({ ...it, good: true }))
            )
        }
      })
    }
  },
  {
    name: "takes for ready what only starts",
    scenario: "daemon",
    plant: {
      supervisor: (honest) => ({
        ...honest,
        peek: () =>
          honest.peek().map((it) => (it.state === "STARTING" ? { ...it, state: "RUNNING" } : it))
      })
    }
  },
  {
    name: "stops what others need beside them at a shutdown",
    scenario: "graph",
    plant: { supervisor: sideBySide }
  }
]

const opened = (state: InstanceState): InstanceState => ({ ...state, closed: false })
