/**
 * The listening sockets of an instance: opened before a start, held by its process, claimed by the instance until it is no longer
 * declared, and taken over from an earlier daemon.
 */
import * as Effect from "effect/Effect"
import type { Definition } from "../domain/Definition.ts"
import type { InstanceSpec } from "../domain/Instance.ts"
import type { Instance } from "./Instance.ts"
import type { Launch } from "./Launcher.ts"
import type { SocketRequest } from "./ProgramSockets.ts"
import type { Workshop } from "./Workshop.ts"

/** The first descriptor of sd_listen_fds(3). */
const FIRST = 3

type Wanted = Pick<SocketRequest, "name" | "socket"> & { readonly fd: number }

/** The one of a FastCGI program, and those of `sockets`, with the descriptors that a process has them as. */
const wantedBy = ({ fastCgi, sockets }: Definition): ReadonlyArray<Wanted> => [
  ...(fastCgi === null ? [] : [{ name: null, socket: fastCgi, fd: 0 }]),
  ...sockets.map(({ at, name }, position) => ({ name, socket: at, fd: FIRST + position }))
]

export const hasSockets = ({ fastCgi, sockets }: Definition): boolean =>
  fastCgi !== null || sockets.length > 0

const claimOf = (spawnId: string): string => `${spawnId}.claim`

const programOf = ({ group, program }: InstanceSpec): string => `${group}/${program}`

export interface GivenSockets {
  /** Descriptor 0; null: none. */
  readonly input: number | null
  readonly named: ReadonlyArray<{ readonly name: string; readonly fd: number }>
}

/**
 * Opens what is not open yet. From now on the instance claims these, and no longer those of an earlier definition: a start that
 * fails afterwards leaves them open.
 */
export const openSockets = Effect.fnUntraced(function* (
  shop: Workshop,
  instance: Instance,
  { request }: Launch
) {
  const { definition } = instance.spec
  const { credentials: user, spawnId } = request
  const before = instance.socketClaim
  const claim = definition.sockets.length === 0 ? null : claimOf(spawnId)
  const given = yield* Effect.forEach(wantedBy(definition), ({ name, socket }) =>
    shop.sockets
      .acquire({
        holder: spawnId,
        claim: name === null ? null : claim,
        program: programOf(instance.spec),
        name,
        socket,
        user
      })
      .pipe(Effect.map((fd) => ({ name, fd })))
  ).pipe(Effect.tapCause(() => (claim === null ? Effect.void : shop.sockets.release(claim))))
  instance.socketClaim = claim
  if (before !== null) yield* shop.sockets.release(before)
  const sockets: GivenSockets = {
    input: given.find(({ name }) => name === null)?.fd ?? null,
    named: given.flatMap(({ fd, name }) => (name === null ? [] : [{ name, fd }]))
  }
  return sockets
})

/** It is no longer declared. */
export const dropSockets = (shop: Workshop, instance: Instance): Effect.Effect<void> =>
  Effect.suspend(() => {
    const { socketClaim } = instance
    instance.socketClaim = null
    return socketClaim === null ? Effect.void : shop.sockets.release(socketClaim)
  })

/** It is one of another program now. */
export const renameSockets = (shop: Workshop, instance: Instance): Effect.Effect<void> =>
  Effect.suspend(() => {
    const { socketClaim, socketHolder } = instance
    const ids = [socketClaim, socketHolder].flatMap((id) => id ?? [])
    return ids.length === 0 ? Effect.void : shop.sockets.rename(ids, programOf(instance.spec))
  })

/** From an earlier daemon. Whom the file of a socket belongs to was decided when it was made. */
export const takeSockets = Effect.fnUntraced(function* (shop: Workshop, instance: Instance) {
  const { openAs: user, process, spec, started } = instance
  if (process !== null && started !== null && hasSockets(started.definition)) {
    const program = programOf(started)
    const { pid, spawnId: holder } = process
    instance.socketHolder = holder
    for (const wanted of wantedBy(started.definition)) {
      const claim = wanted.name === null || instance.removed ? null : claimOf(holder)
      if (claim !== null) instance.socketClaim = claim
      if (yield* shop.sockets.resume({ holder, claim, program, user, pid, ...wanted })) continue
      const which = wanted.name === null ? "its socket" : `its socket "${wanted.name}"`
      yield* Effect.logWarning(`${spec.address}: ${which} cannot be shared with the next process`)
    }
  }
  if (!instance.removed) yield* reclaim(shop, instance)
})

/** What was open while no process had it. */
const reclaim = Effect.fnUntraced(function* (shop: Workshop, instance: Instance) {
  const { openAs: user, spec, started } = instance
  const claim = instance.socketClaim ?? claimOf(instance.spawnId ?? spec.key)
  for (const one of started === null ? [spec] : [started, spec]) {
    for (const wanted of wantedBy(one.definition)) {
      if (wanted.name === null) continue
      const request = { holder: null, claim, program: programOf(one), user, pid: null, ...wanted }
      if (yield* shop.sockets.resume(request)) instance.socketClaim = claim
    }
  }
})
