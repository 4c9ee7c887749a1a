/** `reeve up --replace-keeper`: the keeper becomes the installed one by execve. Nothing else is touched. */
import * as Effect from "effect/Effect"
import { entryPath } from "../os/Entries.ts"
import { screen } from "./screen.ts"
import { withDaemon } from "./withDaemon.ts"

export const renewKeeper = Effect.gen(function* () {
  const shown = yield* screen
  const { info, version } = yield* withDaemon((client) =>
    Effect.gen(function* () {
      const before = yield* client.info
      const who = shown.terminal.user
      const answer = yield* client.renewKeeper({ who, keeper: entryPath("keeper") })
      return { info: before, version: answer.version }
    })
  )
  const was = info.keeperVersion ?? "an older version"
  yield* shown.line(
    `The keeper (pid ${info.keeper?.pid ?? "?"}) is version ${version} now, it was ${was}; daemon and programs stay as they are.`
  )
})
