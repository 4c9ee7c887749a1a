/**
 * The daemon's life in supervisord mode, in supervisord's order (supervisord.md 7.2): sockets, log, pidfile, programs; then, when
 * asked, everything stopped in order. Whatever ends this function ends the process, so every part that could fail on its own
 * runs in keepAlive.
 */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import { GroupRegister } from "../../config/GroupRegister.ts"
import { contentsOf } from "../../config/groupContents.ts"
import type { BootMessage, SupervisordConfig } from "../../domain/SupervisordConfig.ts"
import { Events } from "../../events/Events.ts"
import { Listeners } from "../../events/Listeners.ts"
import { clearChildLogs } from "../../logs/clearChildLogs.ts"
import { LogPlane } from "../../logs/LogPlane.ts"
import { ConsoleWriter } from "../../os/ConsoleWriter.ts"
import { keepCode } from "../../os/keptCode.ts"
import { Reconciler } from "../../reconcile/Reconciler.ts"
import { Store } from "../../store/Store.ts"
import { keepAlive } from "../../supervise/keepAlive.ts"
import { Supervisor } from "../../supervise/Supervisor.ts"
import { BootFailure } from "../BootFailure.ts"
import { adoptionText, losses, tellLostKeeper } from "../earlierRun.ts"
import { exitWhenOver } from "../exitWhenOver.ts"
import type { KeeperPipe } from "../keeperPipe.ts"
import { meetManager } from "../meetManager.ts"
import { bootLines, serverLines } from "./bootLines.ts"
import { makeControl } from "./control.ts"
import { copyOutput } from "./copyOutput.ts"
import { hearSignals } from "./hearSignals.ts"
import type { MainLog } from "./mainLog.ts"
import { dropOverrides, keepOverridesOfThisBoot } from "./overrides.ts"
import { removePidfile, writePidfile } from "./pidfile.ts"
import type { ReadFiles } from "./readFiles.ts"
import type { SupervisordOptions } from "./SupervisordOptions.ts"
import { serve } from "./serve.ts"

export interface Surroundings {
  readonly options: SupervisordOptions
  readonly keeperPid: number
  readonly log: MainLog
  readonly pipe: KeeperPipe
  readonly read: ReadFiles
  /** Not the first daemon of this keeper: `reload`. */
  readonly again: boolean
}

export interface Ended {
  readonly restart: boolean
  readonly code: 0 | 1
}

/** Returns when everything is stopped in order. */
export const lifecycle = Effect.fnUntraced(function* (around: Surroundings) {
  const { keeperPid, log, options, pipe, read } = around
  const { runtimeDirectory, stateDirectory } = options
  yield* keepOverridesOfThisBoot(stateDirectory)
  const register = yield* GroupRegister
  const { adoption } = yield* Supervisor
  if (adoption.resumed) yield* resumeGroups
  const events = yield* Events
  const { config } = register.last()
  const control = yield* makeControl({ keeperPid, log, read, runtimeDirectory })
  const booted = yield* Deferred.make<void>()
  const servers = yield* serve({ control: control.service, booted: Deferred.await(booted) })

  const errno = log.open(config.settings)
  if (errno !== null) {
    const text = `could not open the log file ${config.settings.logfile}: ${errno}`
    return yield* new BootFailure({ text, code: 1 })
  }
  yield* tellBoot(around, config)
  yield* keepAlive("listening to signals", hearSignals(control))
  pipe.listening()
  const manager = yield* meetManager(keeperPid)
  yield* pidfile(config.settings.pidfile, keeperPid, log)
  const listeners = yield* Listeners
  listeners.declare(specsOf(register))
  yield* tellGroups
  yield* events.emit({ kind: "supervisor", state: "running" })
  pipe.boot({ kind: "ready", text: config.settings.pidfile, problems: false })

  yield* Effect.forkScoped(tellLostKeeper)
  yield* keepAlive("copying output", copyOutput(log, config.settings.loglevel))
  const reconciler = yield* Reconciler
  const running = yield* keepAlive("reconciling", reconciler.run)
  yield* Effect.raceFirst(control.endAsked, everyGroupIsThere)
  yield* Deferred.succeed(booted, undefined)
  for (const text of yield* losses) log.line("critical", text)
  manager.ready("running")
  yield* Effect.forkScoped(Effect.promise(log.settle))
  keepCode()

  const over = yield* Effect.raceFirst(
    Effect.as(control.endAsked, null),
    exitWhenOver(options.exitWhen)
  )
  if (over !== null) {
    yield* Effect.logWarning(`exiting: ${over.text}`)
    yield* control.service.shutdown
  }
  pipe.ending()
  if (control.ending() !== "restart") manager.stopping("stopping")
  running.interruptUnsafe()
  yield* stopAll
  yield* Effect.ignore((yield* Store).session.end)
  yield* dropOverrides
  // Whoever asked gets the answer before the sockets go.
  yield* servers.hangUp
  const ended: Ended = { restart: control.ending() === "restart", code: over?.code ?? 0 }
  return ended
}, Effect.scoped)

/** supervisord's first lines, and between them what was found of a daemon that died. */
const tellBoot = Effect.fnUntraced(function* (
  { again, log, options }: Surroundings,
  config: SupervisordConfig
) {
  const tell = (lines: ReadonlyArray<BootMessage>) => {
    for (const { level, text } of lines) log.line(level, text)
  }
  const done = options.done.filter((text) => !again || !onceOnly.test(text))
  tell(bootLines(config, done))
  const adopted = yield* adoptionText
  if (adopted !== null) log.line("warn", adopted)
  const { childlogdir, identifier, nocleanup } = config.settings
  const { resumed } = (yield* Supervisor).adoption
  const warnings = nocleanup || resumed ? [] : yield* clearChildLogs(childlogdir, identifier)
  tell(warnings.map((text) => ({ level: "warn", text })))
  tell(serverLines(config, { again, foreground: options.foreground }))
})

/** Limits are raised at the first start only. */
const onceOnly = /^Increased RLIMIT_/

const pidfile = (path: string, pid: number, log: MainLog) =>
  Effect.acquireRelease(
    writePidfile(path, pid).pipe(
      Effect.match({
        onFailure: () => {
          log.line("critical", `could not write pidfile ${path}`)
          return false
        },
        onSuccess: () => {
          log.line("info", `supervisord started with pid ${pid}`)
          return true
        }
      })
    ),
    (written) => (written ? removePidfile(path, pid) : Effect.void)
  )

/** Clients are answered from when every process has a state, as in supervisord. */
const everyGroupIsThere = Effect.gen(function* () {
  const register = yield* GroupRegister
  const supervisor = yield* Supervisor
  const wanted = specsOf(register).length
  yield* Effect.repeat(supervisor.snapshot, {
    schedule: Schedule.spaced("20 millis"),
    until: (instances) => instances.length >= wanted
  }).pipe(Effect.timeoutOrElse({ duration: "10 seconds", orElse: () => Effect.void }))
})

/** After the death of a daemon the groups are those that were accepted last, not those of the files that it began with. */
const resumeGroups = Effect.gen(function* () {
  const register = yield* GroupRegister
  const { generations } = yield* Store
  const last = yield* Effect.orElseSucceed(generations.latest, () => null)
  if (last === null) return
  const accepted = contentsOf(last.content)
  for (const { group } of register.active()) {
    if (!accepted.has(group.name)) register.deactivate(group.name)
  }
  const byPriority = [...accepted.values()].sort((a, b) => a.group.priority - b.group.priority)
  for (const content of byPriority) register.activate(content)
})

const specsOf = (register: GroupRegister["Service"]) =>
  register.active().flatMap(({ programs }) => programs.flatMap(({ instances }) => instances))

const tellGroups = Effect.gen(function* () {
  const register = yield* GroupRegister
  const events = yield* Events
  for (const { group } of register.active()) {
    yield* events.emit({ kind: "group", group: group.name, change: "added" })
  }
})

const stopAll = Effect.gen(function* () {
  const events = yield* Events
  const supervisor = yield* Supervisor
  const plane = yield* LogPlane
  const screen = yield* ConsoleWriter
  yield* events.emit({ kind: "supervisor", state: "stopping" })
  yield* supervisor.shutdown
  yield* plane.settle
  yield* screen.flush(1000)
})
