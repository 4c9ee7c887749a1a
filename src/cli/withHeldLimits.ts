/** For commands that read files themselves: of the daemon that runs, which may be in another cgroup; else as if it ran here. */
import * as Effect from "effect/Effect"
import { HeldLimits, type HeldLimitsService } from "../os/HeldLimits.ts"
import { pathsOfCommand } from "./pathsOfCommand.ts"

/** A service may be given more than the shell that a command is typed in. */
const ofThisCommand = "this is said of where the command runs, as no daemon does"

export const withHeldLimits = <A, E, R>(self: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const paths = yield* pathsOfCommand(null).pipe(Effect.orElseSucceed(() => null))
    const service: HeldLimitsService = {
      whyNot: (field) =>
        Effect.gen(function* () {
          const pid = paths === null ? process.pid : yield* daemonPid(paths.stateDirectory)
          const { whyNotHeld } = yield* Effect.tryPromise(
            () => import("../os/cgroup/whyNotHeld.ts")
          )
          const why = yield* whyNotHeld(pid, field)
          return why !== null && pid === process.pid ? `${why}; ${ofThisCommand}` : why
        }).pipe(Effect.orElseSucceed(() => null))
    }
    return yield* Effect.provideService(self, HeldLimits, service)
  })

/** This process's where none runs. Loaded when it is asked for: most definitions have no such limit. */
export const daemonPid = Effect.fnUntraced(function* (stateDirectory: string) {
  const { lockHolder } = yield* Effect.tryPromise(() => import("../os/Lock.ts"))
  const holders = lockHolder(stateDirectory)
  return holders === "free" ? process.pid : (holders.daemon ?? process.pid)
})
