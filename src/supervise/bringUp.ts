/**
 * One process life from nothing to a journaled identity: FIFOs, sinks, streams, then in one go intent, spawn, identity. What was
 * made for a start that failed is taken back. It never tries twice.
 */
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { type Unheld, unheldText } from "../core/kernelLimits.ts"
import { noticeNeeds } from "../core/noticeNeeds.ts"
import { watchedLine } from "../core/watchedLine.ts"
import type { ProcessSources } from "../domain/ProcessSources.ts"
import { passesShell } from "../os/execChain.ts"
import type { SpawnRequest } from "../os/Spawner.ts"
import { intentFact, startFact } from "./facts.ts"
import { hasCgroup } from "./hasCgroup.ts"
import { closeNotices, openNotices } from "./health/notices.ts"
import type { Instance } from "./Instance.ts"
import { hasSockets, openSockets } from "./instanceSockets.ts"
import type { Launch } from "./Launcher.ts"
import { spawnFailureText } from "./launch/spawnFailureText.ts"
import type { OutputPipes } from "./outputPipes.ts"
import { streamOf } from "./pipes.ts"
import { recordOf } from "./record.ts"
import type { StartFailure } from "./Supervisor.ts"
import { say } from "./say.ts"
import { channelsOf, configureSinks, sinkId } from "./sinks.ts"
import type { Workshop } from "./Workshop.ts"
import { withinMs } from "./withinMs.ts"

export class NotStarted extends Data.TaggedError("NotStarted")<{
  readonly kind: StartFailure["kind"]
  readonly text: string
}> {}

/** Longer than any helper takes that is asked (getent, setpriv): a stop that comes meanwhile waits for it. */
const launchMs = 15_000

const unanswered = new NotStarted({
  kind: "spawn",
  text: `its files or its user could not be looked up within ${launchMs / 1000} seconds: does a file system hang?`
})

export const bringUp = Effect.fnUntraced(function* (shop: Workshop, instance: Instance) {
  const { spec } = instance
  const channels = channelsOf(spec)
  const taken = yield* Effect.exit(shop.outputPipes.take(channels))
  const spawnId = Exit.isSuccess(taken) ? taken.value.spawnId : shop.nextSpawnId()
  // What is wrong with the program is told before what the machine lacks.
  const launch = yield* shop.launcher.launch(spec, spawnId, shop.serverUrl).pipe(
    Effect.mapError(({ kind, text }) => new NotStarted({ kind, text })),
    withinMs(launchMs, () => Effect.fail(unanswered)),
    Effect.tapCause(() =>
      Exit.isSuccess(taken) ? shop.outputPipes.giveBack(channels, taken.value) : Effect.void
    )
  )
  const pipes = yield* Effect.mapError(taken, refusedBy(instance))
  const opened: Opened = { streams: [], fifos: [...pipes.paths.values()], socket: null, spawnId }
  yield* start(shop, instance, pipes, launch, opened).pipe(
    Effect.tapCause(() => takeBack(shop, opened))
  )
  yield* shop.outputPipes.restock(channels)
})

/** What a start has made so far. A FIFO belongs to its stream once that is attached. */
interface Opened {
  streams: Array<string>
  fifos: Array<string>
  /** As whom sockets are held. */
  socket: string | null
  readonly spawnId: string
}

const refusedBy =
  (instance: Instance) =>
  ({ errno, path }: { readonly errno: string; readonly path: string }) =>
    notStarted(instance, { call: "pipe", errno, detail: path })

const start = Effect.fnUntraced(function* (
  shop: Workshop,
  instance: Instance,
  pipes: OutputPipes,
  launch: Launch,
  opened: Opened
) {
  const { spec } = instance
  const { spawnId } = pipes
  const refused = refusedBy(instance)
  const { credentials } = launch.request
  const makeFifo = (what: string) =>
    shop.fifo.make(`${spawnId}.${what}`, credentials).pipe(
      Effect.mapError(refused),
      Effect.tap((path) => Effect.sync(() => opened.fifos.push(path)))
    )

  instance.openAs = launch.openAs
  yield* configureSinks(shop, spec, launch.openAs).pipe(Effect.mapError(refused))
  yield* readOutput(shop, instance, pipes, { credentials, opened }).pipe(Effect.mapError(refused))
  const { fd } = noticeNeeds(spec.definition)
  const readyPipe = fd === null ? null : yield* makeFifo("ready")
  if (readyPipe !== null) yield* holdReady(shop, instance, readyPipe)
  const notices = yield* openNotices(shop, instance, launch, readyPipe).pipe(
    Effect.mapError(({ text }) => new NotStarted({ kind: "spawn", text }))
  )
  const { definition } = spec
  const stdin =
    definition.stdin === "pipe" && definition.fastCgi === null ? yield* makeFifo("stdin") : null
  if (hasSockets(definition)) opened.socket = spawnId
  const sockets = yield* openSockets(shop, instance, launch).pipe(
    Effect.mapError(({ text }) => new NotStarted({ kind: "spawn", text }))
  )
  const request: SpawnRequest = {
    ...launch.request,
    environment: new Map([...launch.request.environment, ...notices]),
    readyPipe: fd === null || readyPipe === null ? null : { fd, path: readyPipe },
    stdin:
      sockets.input !== null
        ? { kind: "socket", fd: sockets.input }
        : stdin === null
          ? launch.request.stdin
          : { kind: "fifo", path: stdin },
    sockets: sockets.named,
    stdout: pipes.paths.get("stdout") ?? null,
    stderr: pipes.paths.get("stderr") ?? "stdout"
  }
  if (shop.state.closing) {
    return yield* new NotStarted({ kind: "abnormal", text: "reeve is shutting down" })
  }
  if (shop.state.left) return yield* Effect.never
  const cgroup = hasCgroup(spec.definition)
    ? yield* shop.cgroups.make(spawnId, spec.definition.limits)
    : null
  yield* spawn(shop, instance, { ...request, cgroup: cgroup?.directory ?? null }, launch)
  if (cgroup !== null) {
    if (!passesShell(request.environment)) yield* enterLate(shop, instance)
    yield* noteLimits(shop, instance, cgroup.unheld)
  }
  // As long as it is: what was added to keeps room for more.
  instance.streams = [...opened.streams]
  instance.stdin = stdin
  instance.readyPipe = readyPipe
  instance.socketHolder = opened.socket
})

/** What it starts before that is not in it. */
const enterLate = (shop: Workshop, { process }: Instance): Effect.Effect<void> =>
  process === null ? Effect.void : shop.cgroups.enter(process.spawnId, [process.pid])

const noteLimits = Effect.fnUntraced(function* (
  shop: Workshop,
  instance: Instance,
  unheld: ReadonlyArray<Unheld>
) {
  const { process } = instance
  if (process === null) return
  const { spawnId } = process
  shop.memoryWatch.hold(spawnId, yield* shop.cgroups.holdsMemory(spawnId))
  instance.limitsRefused = unheld.length === 0 ? null : unheldText(unheld)
})

/**
 * What the keeper holds nobody has to wait for: it stays in the pipe until the log plane reads it. Otherwise the log plane must
 * have the pipe before anybody writes to it.
 */
const readOutput = Effect.fnUntraced(function* (
  shop: Workshop,
  instance: Instance,
  { paths, spawnId, unheld }: OutputPipes,
  {
    credentials,
    opened
  }: { readonly credentials: SpawnRequest["credentials"]; readonly opened: Opened }
) {
  const { spec } = instance
  const isHeld = shop.keeper.present() && unheld.length === 0
  if (unheld.length > 0) yield* sayUnheld(instance, unheld)
  for (const [channel, path] of paths) {
    if (credentials !== null) yield* shop.fifo.give(path, credentials)
    const stream = streamOf(spawnId, channel)
    const sink = sinkId(spec, channel)
    const line = watchedLine(spec.definition, channel)
    yield* isHeld
      ? shop.logs.attachSoon(stream, path, sink, line)
      : shop.logs.attach(stream, path, sink, undefined, line)
    shop.pipes.set(stream, { instance, path })
    opened.fifos = opened.fifos.filter((fifo) => fifo !== path)
    opened.streams.push(stream)
  }
})

const holdReady = (shop: Workshop, instance: Instance, path: string): Effect.Effect<void> =>
  Effect.flatMap(shop.keeper.hold([path]), (failed) =>
    failed.length === 0 ? Effect.void : sayUnheld(instance, failed)
  )

const sayUnheld = (instance: Instance, paths: ReadonlyArray<string>): Effect.Effect<void> =>
  say(instance, {
    level: "warn",
    text: `${instance.spec.address}: the keeper cannot hold ${paths.join(", ")}: should reeve die, some output may be lost`
  })

/**
 * From the intent to the journaled identity nothing may interrupt: a process that nobody knows would be left behind. Nothing is
 * waited for in between either, so that a daemon that dies leaves one intent at most of which nobody knows what came of it.
 */
const spawn = (
  shop: Workshop,
  instance: Instance,
  request: SpawnRequest,
  { inheritedHash: inherited, sources }: Launch
) =>
  Effect.gen(function* () {
    const { spawnId } = request
    instance.spawnId = spawnId
    yield* intend(shop, instance, spawnId, sources)
    const { pid, startTicks } = yield* shop.spawner.spawn(request).pipe(
      Effect.tapError(() => abandon(shop, spawnId)),
      Effect.mapError((failure) => notStarted(instance, failure))
    )
    const { address, key, revision } = instance.spec
    instance.process = {
      spawnId,
      pid,
      startTicks,
      bootId: shop.proc.bootId,
      spawnedAt: shop.wallNow(),
      revision,
      inherited
    }
    const spawnedMs = shop.monotonicNow()
    const record = { ...instance.process, instance: key, address, spawnedMs }
    const written = yield* shop.guard(Effect.as(shop.store.processes.started(record), true))
    const { mirror, mirrorSoon } = shop.keeper
    yield* (written === null ? mirror : mirrorSoon)(spawnId, startFact(record))
    // Last: whoever hears of its exit finds it journaled.
    shop.lives.begin({ pid, spawnId, instance })
  }).pipe(Effect.uninterruptible)

const intend = Effect.fnUntraced(function* (
  shop: Workshop,
  instance: Instance,
  spawnId: string,
  sources: ProcessSources | undefined
) {
  const { address, key } = instance.spec
  const intent = { spawnId, instance: key, address, intendedMs: shop.monotonicNow() }
  const told = sources === undefined ? intent : { ...intent, sources }
  const record = recordOf(shop, instance, false)
  const written = yield* shop.guard(Effect.as(shop.store.processes.intend(told, record), true))
  if (written === null) yield* shop.keeper.mirror(spawnId, intentFact(intent))
})

/** Nothing came of an intent. */
export const abandon = (shop: Workshop, spawnId: string): Effect.Effect<void> =>
  Effect.andThen(shop.guard(shop.store.processes.abandon(spawnId)), shop.keeper.forget(spawnId))

const notStarted = (instance: Instance, failure: Parameters<typeof spawnFailureText>[1]) =>
  new NotStarted({ kind: "spawn", text: spawnFailureText(instance.spec.name, failure) })

const takeBack = (shop: Workshop, opened: Opened): Effect.Effect<void> =>
  Effect.all(
    [
      Effect.forEach(opened.streams, (stream) => shop.logs.release(stream), { discard: true }),
      Effect.forEach(opened.fifos, (path) => shop.fifo.remove(path), { discard: true }),
      shop.keeper.drop(opened.fifos),
      closeNotices(shop, opened.spawnId),
      shop.cgroups.release(opened.spawnId),
      opened.socket === null ? Effect.void : shop.sockets.release(opened.socket)
    ],
    { discard: true }
  )
