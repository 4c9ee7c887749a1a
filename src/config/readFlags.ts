/** The command line of `reeve supervisord`, with the machine's users and directories to check it against. */
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { type SupervisordCall, supervisordFlags } from "../core/supervisordFlags.ts"
import type { Files } from "../os/Files.ts"
import { Host } from "../os/Host.ts"
import type { Users } from "../os/Users.ts"
import { withFacts } from "./ini/withFacts.ts"

/** The words behind `reeve supervisord`; fails with what stands behind `Error: ` on stderr. */
export const readFlags: (
  args: ReadonlyArray<string>
) => Effect.Effect<SupervisordCall, { readonly text: string }, Files | Users | Host> =
  Effect.fnUntraced(function* (args: ReadonlyArray<string>) {
    const { directory, environment } = yield* Host
    const read = yield* withFacts(environment, (facts, home) =>
      supervisordFlags(args, { directory, facts, home })
    )
    if (Result.isFailure(read)) return yield* Effect.fail({ text: read.failure })
    return read.success
  })
