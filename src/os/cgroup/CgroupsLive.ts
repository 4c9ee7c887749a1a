/**
 * Cgroups on this machine: one directory of reeve's own below its cgroup, named after its state directory, and in that one for
 * each process life, named by its spawn id. Nothing is looked at or made before a program needs it. What fails here is never
 * the failure of a start: such a life has no cgroup.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs"
import { basename, dirname, join } from "node:path"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Cgroups } from "../Cgroups.ts"
import { errnoOf } from "../errnoOf.ts"
import * as libc from "../libc.ts"
import { cgroupOf } from "./cgroupOf.ts"
import { type Base, findBase } from "./findBase.ts"

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
  const known = new Map<string, string>()
  const leaving = new Set<string>()
  let place: string | null | undefined

  const findPlace = Effect.map(
    options.base === undefined ? findBase(process.pid) : Effect.succeed(options.base),
    (base) => (base.kind === "none" ? null : join(base.directory, options.name))
  )
  const remove = (spawnId: string): void => {
    const directory = known.get(spawnId)
    if (directory !== undefined && !removed(directory)) {
      leaving.add(spawnId)
      return
    }
    leaving.delete(spawnId)
    known.delete(spawnId)
    if (directory !== undefined && known.size === 0) removed(dirname(directory))
  }
  const membersOf = (spawnId: string): ReadonlyArray<number> | null => {
    const directory = known.get(spawnId)
    return directory === undefined ? null : pidsIn(directory)
  }
  return {
    make: Effect.fnUntraced(function* (spawnId: string) {
      if (place === undefined) {
        place = yield* findPlace
        if (place !== null) removeEmpty(place)
      }
      if (place === null) return null
      const directory = join(place, spawnId)
      try {
        mkdirSync(directory, { recursive: true })
      } catch (error) {
        yield* Effect.logWarning(`no cgroup can be made at ${directory}: ${errnoOf(error)}`)
        return null
      }
      known.set(spawnId, directory)
      return directory
    }),
    adopt: Effect.fnUntraced(function* (spawnId: string, pid: number | null) {
      const own = pid === null ? null : cgroupOf(pid)
      if (own !== null && basename(own) === spawnId) {
        known.set(spawnId, own)
        return
      }
      const here = yield* findPlace
      if (here !== null && existsSync(join(here, spawnId))) known.set(spawnId, join(here, spawnId))
    }),
    members: (spawnId: string) => Effect.sync(() => membersOf(spawnId)),
    kill: (spawnId: string) =>
      Effect.sync(() => {
        const directory = known.get(spawnId)
        if (directory !== undefined) killIn(directory)
      }),
    release: (spawnId: string) =>
      Effect.sync(() => {
        for (const one of [...leaving, spawnId]) remove(one)
      }),
    /** Of an orderly end: what something is left in stays. */
    end: Effect.sync(() => {
      for (const spawnId of [...known.keys()]) remove(spawnId)
    })
  }
}

const pidsIn = (directory: string): ReadonlyArray<number> => {
  try {
    const lines = readFileSync(join(directory, "cgroup.procs"), "latin1").split("\n")
    return lines.map(Number).filter((pid) => pid > 1)
  } catch {
    return []
  }
}

const SIGKILL = 9
/** Looks at what starts others faster than it can be killed, where the kernel does not do it as one (before Linux 5.14). */
const ROUNDS = 20

const killIn = (directory: string): void => {
  try {
    writeFileSync(join(directory, "cgroup.kill"), "1", { flag: "r+" })
  } catch {
    for (let round = 0; round < ROUNDS; round += 1) {
      const pids = pidsIn(directory)
      if (pids.length === 0) return
      for (const pid of pids) libc.kill(pid, SIGKILL)
    }
  }
}

/** Whether it is not there any more. */
const removed = (directory: string): boolean => {
  try {
    rmdirSync(directory)
    return true
  } catch (error) {
    return errnoOf(error) === "ENOENT"
  }
}

/** What an earlier daemon could not remove, as something was in it. The kernel keeps what is not empty. */
const removeEmpty = (place: string): void => {
  try {
    for (const name of readdirSync(place, { withFileTypes: true })) {
      if (name.isDirectory()) removed(join(place, name.name))
    }
  } catch {
    // It is not there.
  }
}
