/** A Launcher that finds everything, or sometimes nothing. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Launcher, LaunchRefused } from "../../../src/supervise/Launcher.ts"
import { simLaunch } from "./simLaunch.ts"
import type { World } from "./World.ts"

export const simLauncher = (world: World) =>
  Layer.succeed(Launcher, {
    launch: (spec, spawnId) =>
      Effect.suspend(() => {
        world.attempt({ at: world.now(), key: spec.key, spawnId, spec })
        if (world.troubled && world.dice.chance(0.08)) {
          world.fired.add("launchRefused")
          return Effect.fail(
            new LaunchRefused({ kind: "noFile", text: `can't find command '${spec.name}'` })
          )
        }
        return Effect.succeed(simLaunch(spec, spawnId))
      }),
    beside: (spec, command) =>
      Effect.sync(() => {
        const request = simLaunch(spec, "").request
        // From here on it counts what the instance is to be.
        if (command[0] === "beforeStart") {
          world.onAttempt({ at: world.now(), key: spec.key, spawnId: "", spec })
        }
        return request
      })
  })
