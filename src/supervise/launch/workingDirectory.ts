import * as Effect from "effect/Effect"
import { Files } from "../../os/Files.ts"
import { LaunchRefused } from "../Launcher.ts"
import type { Identity } from "./identity.ts"

/** Fails where the program's user could not change to the directory (supervisord.md 2.5, step 7). */
export const checkWorkingDirectory = Effect.fnUntraced(function* (
  directory: string,
  identity: Identity
) {
  const files = yield* Files
  const facts = yield* files
    .stat(directory)
    .pipe(Effect.mapError(({ errno }) => refused(directory, errno)))
  if (facts.kind !== "directory") return yield* refused(directory, "ENOTDIR")
  if (!(yield* files.canExecute(directory, identity.actor))) {
    return yield* refused(directory, "EACCES")
  }
})

const refused = (directory: string, errno: string) =>
  new LaunchRefused({ kind: "spawn", text: `couldn't chdir to ${directory}: ${errno}` })
