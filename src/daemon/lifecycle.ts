/**
 * The daemon's life: come up, tell it, run until asked to stop, stop in order. Whatever ends this function ends the process,
 * so every part that could fail on its own runs in keepAlive.
 */
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import { DaemonControl } from "../api/DaemonControl.ts"
import { serveApi } from "../api/server.ts"
import { Events } from "../events/Events.ts"
import { LogPlane } from "../logs/LogPlane.ts"
import { ConsoleWriter } from "../os/ConsoleWriter.ts"
import { type LateFront, lateFront, unavailable } from "../os/http/lateFront.ts"
import { keepCode } from "../os/keptCode.ts"
import { version } from "../os/version.ts"
import { Reconciler } from "../reconcile/Reconciler.ts"
import { Store } from "../store/Store.ts"
import { keepAlive } from "../supervise/keepAlive.ts"
import { Supervisor } from "../supervise/Supervisor.ts"
import { BootFailure } from "./BootFailure.ts"
import { type Control, makeControl } from "./control.ts"
import type { DaemonOptions } from "./DaemonOptions.ts"
import { adoptionText, losses, tellLostKeeper } from "./earlierRun.ts"
import { exitWhenOver } from "./exitWhenOver.ts"
import { followSettings } from "./followSettings.ts"
import { hearSignals } from "./hearSignals.ts"
import type { KeeperPipe } from "./keeperPipe.ts"
import { letGo } from "./letGo.ts"
import { meetManager } from "./meetManager.ts"
import { mirror } from "./mirror.ts"
import { narrate } from "./narrate.ts"
import type { OwnLog } from "./ownLog.ts"
import type { Asked, Way } from "./succession.ts"
import type { Teller } from "./teller.ts"

export interface Surroundings {
  readonly options: DaemonOptions
  readonly keeperPid: number | null
  readonly log: OwnLog
  readonly pipe: KeeperPipe
  readonly tell: Teller
}

/** Returns the exit status when everything is stopped in order; ends the process itself where the programs go on. */
export const lifecycle = Effect.fnUntraced(function* (around: Surroundings) {
  const { log, options, pipe, tell } = around
  const events = yield* Events
  const reconciler = yield* Reconciler
  const control = yield* makeControl(options, log, pipe)

  yield* keepAlive("listening to signals", hearSignals(control, tell.line))
  pipe.listening()
  const manager = yield* meetManager(around.keeperPid)
  yield* keepAlive("following settings", followSettings(log))
  const narration = yield* narrate(tell.line)
  yield* keepAlive("telling what happens", narration)
  const front = lateFront()
  const api = yield* serveApi(options.socket, front).pipe(
    Effect.provideService(DaemonControl, control.service),
    Effect.mapError(({ message }) => new BootFailure({ text: `${message}.`, code: 1 }))
  )
  yield* events.emit({ kind: "daemon", text: `started, version ${version} (pid ${process.pid})` })
  const adopted = yield* adoptionText
  if (adopted !== null) {
    yield* Effect.logWarning(adopted)
    yield* events.emit({ kind: "daemon", text: adopted })
  }
  yield* Effect.forkScoped(tellLostKeeper)
  const running = yield* keepAlive("reconciling", reconciler.run)
  if (!options.detached && !options.quiet) yield* keepAlive("showing output", mirror(options))

  const asked = control.endAsked
  yield* Effect.raceFirst(Effect.asVoid(asked), booted)
  for (const text of yield* losses) yield* events.emit({ kind: "daemon", text })
  // Not before: listeners that the files declare are there from now on.
  yield* events.emit({ kind: "supervisor", state: "running" })
  const { problems } = yield* reconciler.status
  // Who is told that it runs may kill it at once: the keeper has heard of it before.
  tell.booted(problems.length > 0)
  control.enter("running")
  manager.ready(problems.length > 0 ? "running; the files have errors: reeve check" : "running")
  yield* Effect.forkScoped(openFront(around, control, front))

  const over = yield* Effect.raceFirst(Effect.map(asked, byRequest), byItself(options))
  const { code, way, who, why } = over
  if (way.kind === "stop") pipe.ending()
  control.enter("stopping")
  running.interruptUnsafe()
  switch (way.kind) {
    case "stop":
      manager.stopping(`stopping (${who})`)
      yield* stopInOrder(around, { who, why })
      break
    case "leave":
      manager.stopping("ending; the programs go on")
      return yield* letGo(around, control, api, { who, way })
    case "replace":
      manager.status("making way for another daemon")
      return yield* letGo(around, control, api, { who, way })
  }
  yield* control.ended
  yield* (yield* ConsoleWriter).flush(1000)
  yield* api.hangUp
  return code
})

const byRequest = (asked: Asked) => ({ ...asked, code: 0, why: "" })

const byItself = ({ exitWhen }: DaemonOptions) =>
  Effect.map(exitWhenOver(exitWhen), ({ code, text }) => {
    const way: Way = { kind: "stop" }
    return { code, way, who: `--exit-when: ${text}`, why: `: ${text}` }
  })

const stopInOrder = Effect.fnUntraced(function* (
  { tell }: Surroundings,
  { who, why }: { readonly who: string; readonly why: string }
) {
  const events = yield* Events
  yield* Effect.logInfo(`stopping (${who})`)
  tell.line(`reeve: stopping${why}`)
  yield* events.emit({ kind: "supervisor", state: "stopping" })
  yield* (yield* Supervisor).shutdown
  yield* Effect.ignore((yield* Store).session.end)
  yield* events.emit({ kind: "daemon", text: `everything is stopped (${who})` })
  yield* (yield* LogPlane).settle
})

/** Clients of supervisord are answered from now on. */
const openFront = (around: Surroundings, control: Control, front: LateFront) =>
  Effect.promise(() => import("./up/serveClients.ts")).pipe(
    Effect.flatMap(({ serveClients }) => serveClients(around, control)),
    Effect.catchCause((cause) =>
      Effect.as(Effect.logError("supervisord's clients cannot be served", cause), unavailable)
    ),
    Effect.map(front.open),
    // By now everything that a daemon needs is loaded.
    Effect.andThen(Effect.sync(keepCode))
  )

/** The first load and apply are over, well or badly. */
const booted = Effect.gen(function* () {
  const reconciler = yield* Reconciler
  yield* reconciler.booted
  yield* Effect.repeat(reconciler.status, {
    schedule: Schedule.spaced("20 millis"),
    until: ({ phase }) => phase === "idle"
  })
})
