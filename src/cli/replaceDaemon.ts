/**
 * A daemon of this version in the place of the one that runs. What speaks against it is found before that is asked for
 * anything; from then on the keeper sees to it that there is a daemon, whatever becomes of this command.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import type { Client } from "../api/client.ts"
import type { DaemonInfo } from "../api/messages.ts"
import { PROTOCOL } from "../core/keeperProtocol.ts"
import { storeFiles } from "../daemon/storeFiles.ts"
import { formatDuration } from "../domain/Duration.ts"
import type { InstanceStatus } from "../domain/Status.ts"
import { entryPath } from "../os/Entries.ts"
import { isAlive } from "../os/isAlive.ts"
import { isSupportedNode, neededNode } from "../os/supportedNode.ts"
import { version } from "../os/version.ts"
import { checkSchemas } from "../store/openStore.ts"
import { CliFailure } from "./CliFailure.ts"
import { exitCodes } from "./exitCodes.ts"

export interface Replaced {
  /** False: there was nothing to do. */
  readonly replaced: boolean
  readonly from: string
  readonly to: string
  /** Pid of the daemon that is there now. */
  readonly daemon: number
  /** Version; null: not known. */
  readonly keeper: string | null
  /** Processes that are the same as before, and those that are not. */
  readonly wentOn: number
  readonly ended: number
  /** From the old daemon's answer until the new one knew everything. */
  readonly unsupervisedMs: number | null
}

export interface Wanted {
  readonly who: string
  readonly force: boolean
  readonly timeoutMs: number
  /** Where Node writes of a daemon in the background. */
  readonly crashFile: string
  readonly tell: (text: string) => Effect.Effect<void>
}

export const replaceDaemon = Effect.fnUntraced(function* (client: Client, wanted: Wanted) {
  const { force, tell, timeoutMs, who } = wanted
  const where = (info: DaemonInfo) => whereToLook(info, wanted.crashFile)
  const before = yield* client.info
  if (before.version === version && !force) return unchanged(before)
  const objection = objectionTo(before)
  if (objection !== null) return yield* objection
  const lived = yield* client.list([])
  yield* tell(`${before.version} (daemon pid ${before.daemon.pid}) makes way for ${version}`)
  yield* client.upgrade({ who, daemon: entryPath("daemon") })
  const askedMs = yield* monotonicMs
  const after = yield* untilReplaced(client, before, where(before)).pipe(
    Effect.timeoutOrElse({
      duration: timeoutMs,
      orElse: () => Effect.fail(tooLate(timeoutMs, where(before)))
    })
  )
  const live = yield* client.list([])
  const wentOn = lived.filter((one) => goesOn(one, live)).length
  const replaced: Replaced = {
    ...unchanged(after),
    replaced: true,
    from: before.version,
    wentOn,
    ended: lived.filter(({ process }) => process !== null).length - wentOn,
    unsupervisedMs:
      after.adopted === null ? null : Math.max(0, Math.ceil(after.adopted.monotonicMs - askedMs))
  }
  return replaced
})

const unchanged = (info: DaemonInfo): Replaced => ({
  replaced: false,
  from: info.version,
  to: info.version,
  daemon: info.daemon.pid,
  keeper: info.keeperVersion ?? null,
  wentOn: 0,
  ended: 0,
  unsupervisedMs: null
})

/** Why this version must not follow; null: it may. */
const objectionTo = (info: DaemonInfo): CliFailure | null => {
  const newer = checkSchemas(storeFiles(info))
  if (newer !== null) return refused(`${newer.message}.`, null)
  if (info.keeper === null) {
    return refused(
      "The keeper was killed, so nobody would start another daemon.",
      "This takes the daemon over, with the installed version: reeve up -d"
    )
  }
  const spoken = info.keeperProtocol ?? PROTOCOL
  if (Math.abs(spoken - PROTOCOL) > 1) {
    return refused(
      `The keeper speaks version ${spoken} of its protocol, this reeve ${PROTOCOL}: one apart is the most.`,
      spoken < PROTOCOL
        ? "Replace it first: reeve up --replace-keeper"
        : "Install a newer version of reeve."
    )
  }
  if (!isSupportedNode(info.node)) {
    return refused(
      `The keeper runs on Node ${info.node}, and reeve ${version} needs ${neededNode}.`,
      "With a suitable Node: reeve down --leave && reeve up -d"
    )
  }
  if (info.phase === "running") return null
  return new CliFailure({
    text: `The daemon (pid ${info.daemon.pid}) is ${info.phase}; nothing was changed.`,
    hint: null,
    code: exitCodes.failed
  })
}

/** Another daemon, of this version, that is through with its boot. A daemon that boots may answer late or not at all. */
const untilReplaced = (
  client: Client,
  before: DaemonInfo,
  where: string
): Effect.Effect<DaemonInfo, CliFailure> =>
  Effect.gen(function* () {
    const { daemon, keeper } = before
    if (keeper !== null && !isAlive(keeper)) return yield* keeperGone(keeper.pid, where)
    const info = yield* client.info.pipe(
      Effect.timeout("2 seconds"),
      Effect.orElseSucceed(() => null)
    )
    const isNext =
      info !== null &&
      info.phase === "running" &&
      info.version === version &&
      (info.daemon.pid !== daemon.pid || info.daemon.startTicks !== daemon.startTicks)
    return isNext ? info : null
  }).pipe(
    Effect.repeat({ schedule: Schedule.spaced("25 millis"), until: (info) => info !== null }),
    Effect.flatMap((info) => (info === null ? Effect.never : Effect.succeed(info)))
  )

const goesOn = ({ process }: InstanceStatus, live: ReadonlyArray<InstanceStatus>): boolean =>
  process !== null && live.some((now) => now.process?.spawnId === process.spawnId)

const monotonicMs = Effect.map(Clock.monotonicTimeNanos, (nanos) => Number(nanos) / 1e6)

const tooLate = (timeoutMs: number, where: string) =>
  new CliFailure({
    text: `No daemon of version ${version} is up after ${formatDuration(timeoutMs)}.`,
    hint: `The keeper goes on trying, and the programs go on. ${where}`,
    code: exitCodes.failed
  })

const keeperGone = (pid: number, where: string) =>
  new CliFailure({
    text: `The keeper (pid ${pid}) has ended, and no daemon of version ${version} is up. The programs go on.`,
    hint: `${where}\nThen: reeve up -d`,
    code: exitCodes.failed
  })

/** What a daemon says that cannot come up: in the background to a file, else where `up` runs. */
const whereToLook = ({ logFile }: DaemonInfo, crashFile: string): string =>
  [
    `Why is in ${logFile ?? "the log of reeve"}, and what Node said in`,
    `${crashFile} or, of an up in the foreground, in its terminal.`
  ].join("\n")

const refused = (text: string, hint: string | null) =>
  new CliFailure({ text, hint, code: exitCodes.held })
