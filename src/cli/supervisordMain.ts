/**
 * `reeve supervisord`: reads the command line and the configuration, raises limits, drops privileges, then becomes the keeper
 * (`-n`: same pid) or starts it in the background and waits until it is up. What is wrong is said as supervisord says it, in
 * two lines and with its exit status.
 */
import { resolve } from "node:path"
import * as Cause from "effect/Cause"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { findConfig, noConfigText, rootSearchWarning } from "../config/findConfig.ts"
import type { SupervisordRead } from "../config/GroupRegister.ts"
import { alreadyListening } from "../core/alreadyListening.ts"
import { tooFewOpenFiles, tooFewProcesses } from "../core/limitTexts.ts"
import type { SupervisordFlags } from "../core/supervisordFlags.ts"
import { fifoDirectory } from "../daemon/storeFiles.ts"
import { leaveHandover } from "../daemon/supervisord/handover.ts"
import { groupsOfUser, readCall, readFiles } from "../daemon/supervisord/readFiles.ts"
import {
  type SupervisordOptions,
  writeSupervisordOptions
} from "../daemon/supervisord/SupervisordOptions.ts"
import type { SupervisordSettings } from "../domain/SupervisordConfig.ts"
import { entryPath } from "../os/Entries.ts"
import { errnoOf } from "../os/errnoOf.ts"
import { lockHolder, takeLock } from "../os/Lock.ts"
import { leaveRemovedDirectory } from "../os/leaveRemovedDirectory.ts"
import { makeDirectories } from "../os/makeDirectories.ts"
import { dropPrivileges, raiseOpenFiles, raiseProcesses } from "../os/privileges.ts"
import { handedOn, raiseStartOpenFiles } from "../os/startOpenFiles.ts"
import {
  prepareSupervisordPaths,
  STATE_DIRECTORY,
  type SupervisordPaths
} from "../os/supervisordPaths.ts"
import { version } from "../os/version.ts"
import { becomeKeeper, startKeeper } from "./supervisordKeeper.ts"
import { supervisordUsage } from "./supervisordUsage.ts"

/** Called by a link of that name it is called as supervisor's; else it is a word of reeve's. */
const [, bin = "", ...words] = process.argv
const isLink = bin.endsWith("/supervisord")
const command = isLink ? bin : "reeve supervisord"
const args = isLink ? words : words.slice(1)

/** `text` follows `Error: `. */
class Refused extends Data.TaggedError("Refused")<{
  readonly text: string
  readonly code: number
}> {}

const refused = (text: string, code = 2) => new Refused({ text, code })

const main = Effect.gen(function* () {
  leaveRemovedDirectory()
  const directory = process.cwd()
  const call = yield* Effect.mapError(readCall(args, directory), (text) => refused(text))
  if (call.kind === "help") return say(supervisordUsage)
  if (call.kind === "version") return say(`${version}\n`)
  if (process.platform !== "linux") {
    return yield* refused("reeve supervisord needs Linux", 1)
  }
  const file = yield* fileOf(call.flags)
  const read = yield* Effect.mapError(readFiles({ file, directory, args }), ({ text }) =>
    refused(text)
  )
  const { settings } = read.config
  const paths = yield* placesOf(resolve(directory, file), settings.user)
  // Before anything is touched: the log of the one that runs is not this one's (G39).
  if (lockHolder(paths.stateDirectory) !== "free") return yield* refused(alreadyListening)
  const prepared = yield* prepare(read, paths)
  const options: SupervisordOptions = {
    ...paths,
    file,
    directory,
    args,
    foreground: settings.nodaemon,
    watch: call.flags.watch,
    exitWhen: call.flags.exitWhen,
    command,
    done: prepared.done
  }
  const keeper = {
    daemon: entryPath("supervisordDaemon"),
    daemonArgs: [writeSupervisordOptions(options)],
    fifos: fifoDirectory(paths.runtimeDirectory),
    lock: prepared.lock
  }
  raiseStartOpenFiles(prepared.openFiles)
  delete process.env[STATE_DIRECTORY]
  if (settings.nodaemon) {
    const errno = becomeKeeper(keeper)
    return yield* refused(`cannot start the keeper: ${errno}`, 1)
  }
  const failure = yield* Effect.promise(() =>
    startKeeper(keeper, { ...process.env, ...handedOn() }, paths)
  )
  if (failure !== null) return yield* new Refused(failure)
})

const say = (text: string): void => {
  process.stdout.write(text)
}

const fileOf = ({ configuration }: SupervisordFlags): Effect.Effect<string, Refused> =>
  Effect.suspend(() => {
    if (configuration !== null) return Effect.succeed(configuration)
    if (process.geteuid?.() === 0) process.stderr.write(`${rootSearchWarning}\n`)
    const found = findConfig(bin)
    return found === null ? Effect.fail(refused(noConfigText(bin))) : Effect.succeed(found)
  })

const placesOf = (file: string, user: SupervisordSettings["user"]) =>
  Effect.try({
    try: () => {
      const uid = process.geteuid?.() ?? 0
      const runUid = user?.uid ?? uid
      const options = { file, uid, runUid, environment: process.env }
      return prepareSupervisordPaths(options, uid === 0 ? user : null)
    },
    catch: (error) =>
      refused(`no place for reeve's state: ${String(error)}; name one with ${STATE_DIRECTORY}`)
  })

/** Limits, then privileges, then what the user's processes inherit. */
const prepare = Effect.fnUntraced(function* (read: SupervisordRead, paths: SupervisordPaths) {
  const { directory, minfds, minprocs, umask, user } = read.config.settings
  const files = raiseOpenFiles(minfds)
  if ("allowed" in files) return yield* refused(tooFewOpenFiles(minfds, files.allowed))
  const processes = raiseProcesses(minprocs)
  if ("allowed" in processes) return yield* refused(tooFewProcesses(minprocs, processes.allowed))
  const stays = user === null ? null : dropPrivileges(user, yield* groupsOfUser(user.uid))
  if (stays !== null) return yield* refused(stays)
  // As the user, whose file it is; and before anything is written that belongs to whoever runs.
  const lock = yield* Effect.mapError(takeLock(paths.stateDirectory), (error) =>
    error._tag === "LockHeld"
      ? refused(alreadyListening)
      : refused(`cannot lock ${error.path}: ${error.errno}`)
  )
  yield* Effect.try({
    try: () => makeDirectories(paths.runtimeDirectory, 0o700),
    catch: (error) => refused(`cannot make ${paths.runtimeDirectory}: ${errnoOf(error)}`)
  })
  yield* Effect.mapError(leaveHandover(paths.runtimeDirectory, read), (errno) =>
    refused(`cannot write in ${paths.runtimeDirectory}: ${errno}`)
  )
  process.umask(umask)
  if (directory !== null) {
    yield* Effect.try({
      try: () => process.chdir(directory),
      catch: (error) => refused(`can't chdir into '${directory}': ${errnoOf(error)}`)
    })
  }
  const done = [
    ...(user === null ? [] : [`Set uid to user ${user.uid} succeeded`]),
    ...(files.raised ? [`Increased RLIMIT_NOFILE limit to ${minfds}`] : []),
    ...(processes.raised ? [`Increased RLIMIT_NPROC limit to ${minprocs}`] : [])
  ]
  return { done, lock, openFiles: files.limit }
})

Effect.runCallback(main, {
  onExit: (exit) => {
    if (Exit.isSuccess(exit)) process.exit(0)
    const error = Cause.squash(exit.cause)
    const text = error instanceof Refused ? error.text : Cause.pretty(exit.cause)
    process.stderr.write(`Error: ${text}\nFor help, use ${command} -h\n`)
    process.exit(error instanceof Refused ? error.code : 1)
  }
})
