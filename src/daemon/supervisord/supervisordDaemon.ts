/**
 * The daemon's entry in supervisord mode. Order: what cannot be undone first (descriptors, subreaper), then lock and services,
 * then sockets, log, programs. Nothing that a program, a client or a file does ends this process; only a boot that cannot be,
 * and an orderly end.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as References from "effect/References"
import { alreadyListening } from "../../core/alreadyListening.ts"
import { AGAIN } from "../../core/keeperProtocol.ts"
import { ConsoleWriter, ConsoleWriterLive } from "../../os/ConsoleWriter.ts"
import { claimDirectory } from "../../os/directoryClaim.ts"
import { acquireLock } from "../../os/Lock.ts"
import { makeDirectories } from "../../os/makeDirectories.ts"
import { BootFailure } from "../BootFailure.ts"
import { type KeeperPipe, keeperPipe } from "../keeperPipe.ts"
import { runDaemon, surviveDefects } from "../runDaemon.ts"
import { takeHandover } from "./handover.ts"
import { lifecycle } from "./lifecycle.ts"
import { mainLive } from "./mainLive.ts"
import { type MainLog, makeMainLog } from "./mainLog.ts"
import { readFiles } from "./readFiles.ts"
import { readSupervisordOptions, type SupervisordOptions } from "./SupervisordOptions.ts"

const failure = (text: string, code = 2) => new BootFailure({ text, code })

const boot = Effect.fnUntraced(function* (
  options: SupervisordOptions,
  pipe: KeeperPipe,
  again: boolean
) {
  const { runtimeDirectory, stateDirectory } = options
  yield* Effect.try({
    try: () => {
      for (const path of [stateDirectory, runtimeDirectory]) makeDirectories(path, 0o700)
    },
    catch: (error) => failure(`cannot make the directory of its state: ${String(error)}`)
  })
  const keeperPid = process.ppid
  yield* Effect.mapError(acquireLock(stateDirectory, keeperPid), (error) =>
    error._tag === "LockHeld"
      ? failure(alreadyListening)
      : failure(`cannot lock ${error.path}: ${error.errno}`)
  )
  if ((yield* claimDirectory(stateDirectory)) !== null) return yield* failure(alreadyListening)
  const first = yield* Effect.mapError(takeHandover(runtimeDirectory), (why) =>
    failure(`cannot read the configuration that was checked: ${why}`)
  )
  const screen = yield* ConsoleWriter
  const log = yield* Effect.acquireRelease(
    Effect.sync(() => makeMainLog(options.foreground ? screen : null)),
    (opened) => Effect.sync(opened.close)
  )
  yield* Effect.sync(() => surviveDefects(tellDefect(log)))
  const logging = Layer.merge(
    Logger.layer([log.logger]),
    Layer.succeed(References.MinimumLogLevel, "Trace")
  )
  const read = readFiles(options)
  return yield* lifecycle({ options, keeperPid, log, pipe, read, again }).pipe(
    Effect.provide(mainLive(options, first, read)),
    Effect.catchTag("StoreFailure", ({ message }) => Effect.fail(failure(message))),
    Effect.provide(logging),
    Effect.ensuring(Effect.andThen(Effect.sync(log.flush), screen.flush(1000)))
  )
}, Effect.scoped)

const tellDefect =
  (log: MainLog) =>
  (what: string, error: unknown): void => {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
    log.line("critical", `${what}: ${text}`)
  }

const main = Effect.gen(function* () {
  const options = yield* Effect.mapError(readSupervisordOptions(process.argv[2] ?? ""), () =>
    failure("This daemon is started by reeve supervisord, not by hand.")
  )
  const pipe = keeperPipe()
  const tellFailure = ({ text, code }: BootFailure) =>
    Effect.sync(() => {
      if (options.foreground) {
        process.stderr.write(`Error: ${text}\nFor help, use ${options.command} -h\n`)
      }
      pipe.boot({ kind: "failed", text, code })
    })
  const ended = yield* boot(options, pipe, process.argv[3] === AGAIN).pipe(
    Effect.tapError(tellFailure)
  )
  if (ended.restart) pipe.restarting()
  return ended.code
}).pipe(Effect.provide(ConsoleWriterLive))

runDaemon(main)
