/**
 * The daemon's entry. Order: what cannot be undone first (descriptors, subreaper), then lock and log, then services, then
 * programs. Nothing that a program, a client or a file does ends this process; only a boot that cannot be, and an orderly stop.
 */

import { join } from "node:path"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as References from "effect/References"
import { ConsoleWriter, ConsoleWriterLive } from "../os/ConsoleWriter.ts"
import { claimDirectory } from "../os/directoryClaim.ts"
import { acquireLock } from "../os/Lock.ts"
import { makePaths } from "../os/Paths.ts"
import { BootFailure } from "./BootFailure.ts"
import { type DaemonOptions, readOptions } from "./DaemonOptions.ts"
import { type KeeperPipe, keeperPipe } from "./keeperPipe.ts"
import { makeLateLog } from "./lateLog.ts"
import { runDaemon, surviveDefects } from "./runDaemon.ts"
import { supervisionLive } from "./supervisionLive.ts"
import { makeTeller } from "./teller.ts"

const exitNoDaemon = 5

const boot = Effect.fnUntraced(function* (options: DaemonOptions, pipe: KeeperPipe) {
  yield* Effect.mapError(makePaths(options), ({ message }) => failure(`${message}.`, 1))
  const keeperPid = process.ppid
  yield* Effect.mapError(acquireLock(options.stateDirectory, keeperPid), lockFailure(options))
  const claimant = yield* claimDirectory(options.stateDirectory)
  if (claimant !== null) {
    return yield* failure(heldText(options.stateDirectory, claimant.pid), exitNoDaemon)
  }
  const screen = yield* ConsoleWriter
  const log = yield* Effect.acquireRelease(
    Effect.sync(() =>
      makeLateLog({
        defaultFile: join(options.logDirectory, "reeve.log"),
        screen: options.detached ? null : screen
      })
    ),
    ({ close }) =>
      Effect.timeoutOrElse(Effect.promise(close), {
        // A boot that failed has yet to load what writes its lines.
        duration: "5 seconds",
        orElse: () => Effect.void
      })
  )
  const logging = Layer.merge(
    Logger.layer([log.logger]),
    Layer.succeed(References.MinimumLogLevel, "Debug")
  )
  yield* Effect.sync(() => surviveDefects(log.defect))
  const tell = makeTeller(options, pipe, screen)
  // Loaded when what an earlier daemon ran is supervised again: until then nobody watches the programs.
  const rest = Effect.flatMap(
    Effect.promise(async () => ({ log: await log.open(), ...(await import("./live.ts")) })),
    ({ live, log }) => live({ options, keeperPid, log, pipe, tell })
  )
  return yield* Effect.provide(rest, supervisionLive(options)).pipe(
    Effect.catchTag("StoreFailure", ({ message }) => Effect.fail(failure(`${message}.`, 1))),
    Effect.provide(logging)
  )
}, Effect.scoped)

const failure = (text: string, code: number) => new BootFailure({ text, code })

const lockFailure =
  (options: DaemonOptions) =>
  (
    error:
      | { readonly _tag: "LockHeld"; readonly holderPid: number | null }
      | { readonly _tag: "LockFailure"; readonly path: string; readonly errno: string }
  ): BootFailure =>
    error._tag === "LockHeld"
      ? failure(heldText(options.stateDirectory, error.holderPid), exitNoDaemon)
      : failure(`Cannot lock ${error.path}: ${error.errno}.`, 1)

const heldText = (stateDirectory: string, pid: number | null): string =>
  `Another reeve${pid === null ? "" : ` (pid ${pid})`} already runs on ${stateDirectory}.`

const main = Effect.gen(function* () {
  const options = yield* Effect.mapError(readOptions(process.argv[2] ?? ""), () =>
    failure("The daemon is started by reeve up, not by hand.", 2)
  )
  const pipe = keeperPipe()
  const tellFailure = ({ text, code }: BootFailure) =>
    Effect.sync(() => {
      if (!options.detached) process.stderr.write(`reeve: ${text}\n`)
      pipe.boot({ kind: "failed", text, code })
    })
  return yield* boot(options, pipe).pipe(Effect.tapError(tellFailure))
}).pipe(Effect.provide(ConsoleWriterLive))

runDaemon(main)
