/**
 * Cgroups on this machine: one directory of reeve's own below its cgroup, named after its state directory, and in that one for
 * each process life, named by its spawn id. Nothing is looked at or made before a program needs it. What fails here is never
 * the failure of a start: such a life has no cgroup, or a limit that is not held.
 */
import { existsSync } from "node:fs"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { tellsOfKill } from "../../core/kernelLimits.ts"
import type { Limits } from "../../domain/Definition.ts"
import { type CgroupService, Cgroups } from "../Cgroups.ts"
import { readIn } from "./cgroupFiles.ts"
import { cgroupOf } from "./cgroupOf.ts"
import { type Base, type FoundBase, findBase } from "./findBase.ts"
import { hold, holdLater, lacking } from "./holdLimits.ts"
import { LifeCgroups } from "./LifeCgroups.ts"

/** `name`: of the directory that all are in, unlike that of any other reeve. */
export const CgroupsLive = (options: { readonly name: string; readonly base?: Base }) =>
  Layer.effect(
    Cgroups,
    Effect.acquireRelease(
      Effect.sync(() => makeCgroups(options)),
      (cgroups) => cgroups.end
    )
  )

const makeCgroups = (options: { readonly name: string; readonly base?: Base }) => {
  const lives = new LifeCgroups()
  const find = options.base === undefined ? findBase(process.pid) : Effect.succeed(options.base)
  let base: Base | undefined

  const theBase = Effect.suspend(() =>
    base === undefined
      ? Effect.tap(find, (found) => Effect.sync(() => (base = found)))
      : Effect.succeed(base)
  )
  const placeIn = (found: FoundBase) => join(found.directory, options.name)
  /** Of a life, also where nobody has asked for it yet. */
  const directoryOf = Effect.fnUntraced(function* (spawnId: string) {
    const known = lives.of(spawnId)
    if (known !== null) return known
    const found = yield* theBase
    const path = found.kind === "none" ? null : join(placeIn(found), spawnId)
    return path !== null && existsSync(path) ? path : null
  })
  const service: CgroupService & { readonly end: Effect.Effect<void> } = {
    make: Effect.fnUntraced(function* (spawnId: string, limits: Limits) {
      const found = yield* theBase
      if (found.kind === "none") return lacking(limits, found.why)
      const { directory, errno } = lives.make(placeIn(found), spawnId)
      if (errno === null) return { directory, unheld: hold(found, directory, limits) }
      const why = `no cgroup can be made at ${directory} (${errno})`
      yield* Effect.logWarning(why)
      return lacking(limits, why)
    }),
    enter: (spawnId: string, pids: ReadonlyArray<number>) =>
      Effect.sync(() => lives.enter(spawnId, pids)),
    limit: Effect.fnUntraced(function* (spawnId: string, limits: Limits) {
      const directory = lives.of(spawnId)
      const found = yield* theBase
      if (found.kind === "none") return lacking(limits, found.why).unheld
      return directory === null
        ? lacking(limits, "its process has no cgroup of its own").unheld
        : yield* Effect.promise(() => holdLater(found, directory, limits))
    }),
    holdsMemory: (spawnId: string) =>
      Effect.sync(() => {
        const most = lives.read(spawnId, "memory.max")
        return most !== null && most !== "max"
      }),
    killedForMemory: (spawnId: string) =>
      Effect.map(directoryOf(spawnId), (directory) =>
        directory === null || readIn(directory, "memory.oom.group")?.trim() !== "1"
          ? false
          : tellsOfKill(readIn(directory, "memory.events") ?? "")
      ),
    adopt: Effect.fnUntraced(function* (spawnId: string, pid: number | null, expected: boolean) {
      const own = pid === null ? null : namedIn(cgroupOf(pid), spawnId)
      lives.take(spawnId, own ?? (expected ? yield* directoryOf(spawnId) : null))
    }),
    members: (spawnId: string) => Effect.sync(() => lives.members(spawnId)),
    kill: (spawnId: string) => Effect.sync(() => lives.kill(spawnId)),
    release: (spawnId: string) => Effect.sync(() => lives.release(spawnId)),
    end: Effect.sync(() => lives.releaseAll())
  }
  return service
}

/** The part of a path that ends with a name: a program may be in a cgroup of its own below that of its life. */
const namedIn = (path: string | null, name: string): string | null => {
  const at = path?.split("/").lastIndexOf(name) ?? -1
  return path === null || at < 0
    ? null
    : path
        .split("/")
        .slice(0, at + 1)
        .join("/")
}
