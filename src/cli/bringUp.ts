/**
 * Becomes the keeper (foreground, same pid), or starts it in a session of its own and waits for the boot (`-d`). Everything
 * that can be refused is refused before.
 */
import { spawn } from "node:child_process"
import { closeSync, openSync } from "node:fs"
import { join } from "node:path"
import { createInterface } from "node:readline"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import type { ExitWhen } from "../core/exitWhen.ts"
import type { KeeperOptions } from "../core/keeperProtocol.ts"
import { type BootLine, readBootLine } from "../daemon/BootLine.ts"
import { type DaemonOptions, writeOptions } from "../daemon/DaemonOptions.ts"
import { fifoDirectory } from "../daemon/storeFiles.ts"
import { lastingClaimant } from "../os/directoryClaim.ts"
import { entryPath } from "../os/Entries.ts"
import { errnoOf } from "../os/errnoOf.ts"
import type { Paths } from "../os/findPaths.ts"
import { keepCode } from "../os/keptCode.ts"
import { lockHolder, takeLock } from "../os/Lock.ts"
import { nextTurn } from "../os/nextTurn.ts"
import { makePaths } from "../os/Paths.ts"
import { handedOn } from "../os/startOpenFiles.ts"
import { stayingFlags } from "../os/stayingFlags.ts"
import { becomeFirst } from "./becomeFirst.ts"
import { CliFailure } from "./CliFailure.ts"
import { exitCodes } from "./exitCodes.ts"
import { screen } from "./screen.ts"
import { takeOverOrphan } from "./takeOverOrphan.ts"

export interface UpOptions {
  readonly entries: ReadonlyArray<string>
  readonly places: Paths
  readonly detach: boolean
  readonly manual: boolean
  readonly quiet: boolean
  readonly exitWhen: ExitWhen | null
}

export const bringUp = Effect.fnUntraced(function* (up: UpOptions) {
  const shown = yield* screen
  if (process.platform !== "linux") {
    return yield* failed("reeve up needs Linux; check, plan and import work on this system.", 1)
  }
  const lock = yield* lockFor(up.places)
  const options: DaemonOptions = {
    ...up.places,
    entries: up.entries,
    manual: up.manual,
    quiet: up.quiet,
    exitWhen: up.exitWhen,
    detached: up.detach,
    colour: shown.colour,
    terminal: shown.terminal.outIsTerminal,
    columns: shown.terminal.columns,
    who: shown.terminal.user
  }
  const keeper: KeeperOptions = {
    daemon: entryPath("daemon"),
    daemonArgs: [writeOptions(options)],
    fifos: fifoDirectory(up.places.runtimeDirectory),
    lock
  }
  return yield* up.detach ? detach(keeper, lock, up.places) : become(keeper)
})

/** Makes the directories, and takes the lock that keeper and daemon then have; else says who has it. */
const lockFor = Effect.fnUntraced(function* (places: Paths) {
  const { stateDirectory } = places
  const first = lockHolder(stateDirectory)
  if (first !== "free" && first.orphaned) yield* takeOverOrphan(places)
  const holders = lockHolder(stateDirectory)
  if (holders !== "free") return yield* anotherRuns(holders.keeper ?? holders.daemon, places)
  const claimant = yield* lastingClaimant(stateDirectory)
  if (claimant !== null) return yield* lostItsDirectory(claimant.pid, places)
  yield* Effect.mapError(makePaths(places), ({ message }) =>
    failed(`${message}.`, exitCodes.failed)
  )
  return yield* Effect.mapError(takeLock(stateDirectory), (error) =>
    error._tag === "LockHeld"
      ? anotherRuns(error.holderPid, places)
      : failed(`Cannot lock ${error.path}: ${error.errno}.`, exitCodes.failed)
  )
})

const pidText = (pid: number | null): string => (pid === null ? "" : ` (pid ${pid})`)

const lostItsDirectory = (pid: number | null, { stateDirectory }: Paths) =>
  new CliFailure({
    text: `Another reeve${pidText(pid)} still runs on ${stateDirectory}, which was removed or moved meanwhile.`,
    hint: `Its programs would be started a second time. End it and them with: kill ${pid ?? "its pid"}   then start again.`,
    code: exitCodes.lockOrNoDaemon
  })

const anotherRuns = (pid: number | null, { stateDirectory }: Paths) =>
  new CliFailure({
    text: `Another reeve${pidText(pid)} already runs on ${stateDirectory}.`,
    hint: "It follows every save by itself. See: reeve status; end it with: reeve down",
    code: exitCodes.lockOrNoDaemon
  })

const become = (keeper: KeeperOptions) =>
  Effect.gen(function* () {
    keepCode()
    // A signal that came meanwhile is heard, and one that comes from now on ends this process at once: what Node had noted
    // would be lost with it.
    yield* nextTurn
    yield* nextTurn
    for (const signal of ["SIGINT", "SIGTERM"]) process.removeAllListeners(signal)
    const errno = becomeFirst(entryPath("keeper"), keeper)
    return yield* failed(
      `Cannot start the keeper with ${process.execPath}: ${errno}.`,
      exitCodes.failed
    )
  })

const keeperWords = (keeper: KeeperOptions) => [entryPath("keeper"), JSON.stringify(keeper)]

/** What Node itself may have to say goes to a file; reeve's own log is another. */
const detach = Effect.fnUntraced(function* (keeper: KeeperOptions, lock: number, places: Paths) {
  const shown = yield* screen
  const lines = yield* Effect.try({
    try: () => startDetached(keeper, lock, places),
    catch: (error) =>
      new CliFailure({
        text: `Cannot start in the background: ${errnoOf(error)} (${places.stateDirectory}).`,
        hint: null,
        code: exitCodes.failed
      })
  })
  const last = yield* lines.pipe(
    Stream.tap((line) => (line.kind === "progress" ? shown.line(line.text) : Effect.void)),
    Stream.filter((line) => line.kind !== "progress"),
    Stream.runHead
  )
  if (Option.isNone(last)) {
    return yield* failed(
      `The daemon ended before it was up; ${crashFile(places)} may say why.`,
      exitCodes.failed
    )
  }
  const line = last.value
  if (line.kind === "failed") return yield* failed(line.text, line.code)
  if (line.kind === "ready" && line.problems) {
    return yield* failed(
      "It runs with what was last good, until the files are corrected. See: reeve check",
      exitCodes.failed
    )
  }
  yield* shown.line("reeve runs in the background. See: reeve status, reeve logs -f, reeve down")
})

const crashFile = (places: Paths) => join(places.logDirectory, "crash.log")

const startDetached = (
  keeper: KeeperOptions,
  lock: number,
  places: Paths
): Stream.Stream<BootLine> => {
  const crash = openSync(crashFile(places), "a", 0o600)
  const child = spawn(
    process.execPath,
    [...stayingFlags(), ...keeperWords({ ...keeper, ready: 3, lock: 4 })],
    {
      detached: true,
      stdio: ["ignore", crash, crash, "pipe", lock],
      env: { ...process.env, ...handedOn() }
    }
  )
  closeSync(crash)
  closeSync(lock)
  child.unref()
  const pipe = child.stdio[3]
  if (pipe === null || pipe === undefined || !("read" in pipe)) return Stream.empty
  return Stream.fromAsyncIterable(createInterface({ input: pipe }), () => null).pipe(
    Stream.catch(() => Stream.empty),
    Stream.flatMap((text) => Stream.fromIterable(Option.toArray(readBootLine(text))))
  )
}

const failed = (text: string, code: number) => new CliFailure({ text, hint: null, code })
