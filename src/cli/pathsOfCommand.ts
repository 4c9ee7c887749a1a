import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { resolvePaths } from "../os/Paths.ts"
import { Terminal } from "../os/Terminal.ts"
import { CliFailure } from "./CliFailure.ts"
import { exitCodes } from "./exitCodes.ts"
import { SocketFlag, StateDirectoryFlag } from "./flags.ts"

/**
 * State directory and socket of this command: --state-dir, --socket, REEVE_SOCKET, the nearest .reeve/, else the user's own
 * directories. `entries`: beside which a state directory may be made (`up`); null: only look.
 */
export const pathsOfCommand = Effect.fnUntraced(function* (entries: string | null) {
  const terminal = yield* Terminal
  return yield* Effect.mapError(
    resolvePaths({
      stateDirectory: Option.getOrNull(yield* StateDirectoryFlag),
      socket: Option.getOrNull(yield* SocketFlag),
      directory: terminal.directory,
      environment: terminal.environment,
      uid: terminal.uid,
      entries
    }),
    ({ message }) => new CliFailure({ text: message, hint: null, code: exitCodes.failed })
  )
})
