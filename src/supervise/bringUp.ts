/**
 * One process life from nothing to a journaled identity: intent in the journal, FIFOs, sinks, streams, spawn, identity. What was
 * made for a start that failed is taken back. It never tries twice.
 */
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import type { FastCgiSocket } from "../domain/Definition.ts"
import type { InstanceSpec } from "../domain/Instance.ts"
import type { Channel } from "../logs/LogPlane.ts"
import type { SpawnRequest } from "../os/Spawner.ts"
import type { Instance } from "./Instance.ts"
import type { Launch } from "./Launcher.ts"
import { spawnFailureText } from "./launch/spawnFailureText.ts"
import type { StartFailure } from "./Supervisor.ts"
import { channelsOf, configureSinks, sinkId } from "./sinks.ts"
import type { Workshop } from "./Workshop.ts"

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
  const spawnId = shop.nextSpawnId()
  const launch = yield* shop.launcher.launch(spec, spawnId, shop.serverUrl).pipe(
    Effect.mapError(({ kind, text }) => new NotStarted({ kind, text })),
    Effect.timeoutOrElse({ duration: launchMs, orElse: () => Effect.fail(unanswered) })
  )
  yield* shop.guard(shop.store.processes.intend(spawnId, spec.key, spec.address))
  const opened: Opened = { streams: [], fifos: [], socket: null }
  return yield* start(shop, instance, spawnId, launch, opened).pipe(
    Effect.tapCause(() => takeBack(shop, opened))
  )
})

/** What a start has made so far. A FIFO belongs to its stream once that is attached. */
interface Opened {
  streams: Array<string>
  fifos: Array<string>
  /** As whom the socket is held. */
  socket: string | null
}

const start = Effect.fnUntraced(function* (
  shop: Workshop,
  instance: Instance,
  spawnId: string,
  launch: Launch,
  opened: Opened
) {
  const { spec } = instance
  const refused = ({ errno, path }: { readonly errno: string; readonly path: string }) =>
    notStarted(instance, { call: "pipe", errno, detail: path })
  const makeFifo = (what: string) =>
    shop.fifo.make(`${spawnId}.${what}`, launch.request.credentials).pipe(
      Effect.mapError(refused),
      Effect.tap((path) => Effect.sync(() => opened.fifos.push(path)))
    )

  instance.openAs = launch.openAs
  yield* configureSinks(shop, spec, launch.openAs).pipe(Effect.mapError(refused))
  const output = new Map<Channel, string>()
  for (const channel of channelsOf(spec)) {
    const path = yield* makeFifo(channel)
    const stream = `${spawnId}.${channel}`
    yield* shop.logs.attach(stream, path, sinkId(spec, channel)).pipe(Effect.mapError(refused))
    opened.fifos = opened.fifos.filter((fifo) => fifo !== path)
    opened.streams.push(stream)
    output.set(channel, path)
  }
  const { fastCgi } = spec.definition
  const stdin =
    spec.definition.stdin === "pipe" && fastCgi === null ? yield* makeFifo("stdin") : null
  if (fastCgi !== null) opened.socket = spawnId
  const request: SpawnRequest = {
    ...launch.request,
    stdin:
      fastCgi !== null
        ? { kind: "socket", fd: yield* socketOf(shop, spec, launch, fastCgi) }
        : stdin === null
          ? launch.request.stdin
          : { kind: "fifo", path: stdin },
    stdout: output.get("stdout") ?? null,
    stderr: output.get("stderr") ?? "stdout"
  }
  if (shop.state.closing) {
    return yield* new NotStarted({ kind: "abnormal", text: "reeve is shutting down" })
  }
  yield* spawn(shop, instance, request, launch.inheritedHash)
  instance.streams = opened.streams
  instance.stdin = stdin
  instance.socketHolder = opened.socket
})

const socketOf = (shop: Workshop, spec: InstanceSpec, launch: Launch, socket: FastCgiSocket) =>
  shop.sockets
    .acquire({
      holder: launch.request.spawnId,
      program: `${spec.group}/${spec.program}`,
      socket,
      user: launch.request.credentials
    })
    .pipe(Effect.mapError(({ text }) => new NotStarted({ kind: "spawn", text })))

/** From the spawn to the journaled identity nothing may interrupt: a process that nobody knows would be left behind. */
const spawn = (shop: Workshop, instance: Instance, request: SpawnRequest, inherited: string) =>
  shop.spawner.spawn(request).pipe(
    Effect.mapError((failure) => notStarted(instance, failure)),
    Effect.tap(({ pid, startTicks }) =>
      Effect.suspend(() => {
        const { spec } = instance
        instance.process = {
          spawnId: request.spawnId,
          pid,
          startTicks,
          bootId: shop.proc.bootId,
          spawnedAt: shop.wallNow(),
          revision: spec.revision,
          inherited
        }
        const record = { ...instance.process, instance: spec.key, address: spec.address }
        return shop
          .guard(shop.store.processes.started(record))
          .pipe(
            Effect.tap(() =>
              Effect.sync(() => shop.lives.begin({ pid, spawnId: request.spawnId, instance }))
            )
          )
      })
    ),
    Effect.uninterruptible
  )

const notStarted = (instance: Instance, failure: Parameters<typeof spawnFailureText>[1]) =>
  new NotStarted({ kind: "spawn", text: spawnFailureText(instance.spec.name, failure) })

const takeBack = (shop: Workshop, opened: Opened): Effect.Effect<void> =>
  Effect.all(
    [
      Effect.forEach(opened.streams, (stream) => shop.logs.release(stream), { discard: true }),
      Effect.forEach(opened.fifos, (path) => shop.fifo.remove(path), { discard: true }),
      opened.socket === null ? Effect.void : shop.sockets.release(opened.socket)
    ],
    { discard: true }
  )
