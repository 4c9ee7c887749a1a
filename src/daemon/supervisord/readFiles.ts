/** Reading the command line and the configuration of a daemon, at its start and at every `reread` in the same way. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Result from "effect/Result"
import { ReadRefused, type SupervisordRead } from "../../config/GroupRegister.ts"
import { importSupervisord } from "../../config/importSupervisord.ts"
import { withFacts } from "../../config/ini/withFacts.ts"
import { type SupervisordCall, supervisordFlags } from "../../core/supervisordFlags.ts"
import { FilesLive } from "../../os/FilesLive.ts"
import { Host } from "../../os/Host.ts"
import { HostLive } from "../../os/HostLive.ts"
import { Users } from "../../os/Users.ts"
import { UsersLive } from "../../os/UsersLive.ts"

export type ReadFiles = Effect.Effect<SupervisordRead, ReadRefused>

export interface ReadFilesOptions {
  /** As it was named. */
  readonly file: string
  /** Where reeve was started: relative paths begin there, whatever `directory` of the configuration says. */
  readonly directory: string
  /** The words of the command line. */
  readonly args: ReadonlyArray<string>
}

const Machine = Layer.mergeAll(FilesLive, UsersLive, HostLive)

/** The words behind `reeve supervisord`; fails with what follows `Error: `. */
export const readCall = (
  args: ReadonlyArray<string>,
  directory: string
): Effect.Effect<SupervisordCall, string> =>
  Effect.gen(function* () {
    const { environment } = yield* Host
    const read = yield* withFacts(environment, (facts, home) =>
      supervisordFlags(args, { directory, facts, home })
    )
    return yield* Result.isSuccess(read) ? Effect.succeed(read.success) : Effect.fail(read.failure)
  }).pipe(Effect.provide(Machine))

export const readFiles = ({ args, directory, file }: ReadFilesOptions): ReadFiles =>
  Effect.gen(function* () {
    const call = yield* Effect.mapError(
      readCall(args, directory),
      (text) => new ReadRefused({ text, inputs: [] })
    )
    if (call.kind !== "run") return yield* new ReadRefused({ text: "no configuration", inputs: [] })
    return yield* Effect.mapError(
      importSupervisord({ file, directory, flags: call.flags }),
      ({ inputs, text }) => new ReadRefused({ text, inputs })
    )
  }).pipe(Effect.provide(Machine))

/** The primary group and all others of a user. */
export const groupsOfUser = (uid: number): Effect.Effect<ReadonlyArray<number>> =>
  Effect.gen(function* () {
    const users = yield* Users
    const user = yield* users.find(String(uid))
    return user === null ? [] : yield* users.groupsOf(user)
  }).pipe(Effect.provide(UsersLive))
