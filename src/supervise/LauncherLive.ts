/** The Launcher over files, users and host of this machine. Holds nothing: each launch looks anew. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { CommandWords } from "../domain/Hooks.ts"
import type { InstanceSpec } from "../domain/Instance.ts"
import type { Files } from "../os/Files.ts"
import type { Host } from "../os/Host.ts"
import type { Users } from "../os/Users.ts"
import { Launcher } from "./Launcher.ts"
import { launch, launchBeside } from "./launch/launch.ts"

export const LauncherLive = Layer.effect(
  Launcher,
  Effect.gen(function* () {
    const services = yield* Effect.context<Files | Host | Users>()
    return {
      launch: (spec: InstanceSpec, spawnId: string, serverUrl: string | null) =>
        Effect.provide(launch(spec, spawnId, serverUrl), services),
      beside: (spec: InstanceSpec, command: CommandWords, serverUrl: string | null) =>
        Effect.provide(launchBeside(spec, command, serverUrl), services)
    }
  })
)
