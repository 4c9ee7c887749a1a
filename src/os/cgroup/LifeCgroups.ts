/** The cgroups of lives that are known here, by spawn id. */
import { mkdirSync } from "node:fs"
import { dirname, join } from "node:path"
import { errnoOf } from "../errnoOf.ts"
import {
  killIn,
  pidsBelow,
  readIn,
  removed,
  removedBelow,
  removeEmptyIn,
  writeIn
} from "./cgroupFiles.ts"

export class LifeCgroups {
  private readonly known = new Map<string, string>()
  /** To be removed, but something is left in them. */
  private readonly leaving = new Set<string>()
  private isCleared = false

  of(spawnId: string): string | null {
    return this.known.get(spawnId) ?? null
  }

  take(spawnId: string, directory: string | null): void {
    if (directory !== null) this.known.set(spawnId, directory)
  }

  /** `errno` null: it is there. */
  make(
    place: string,
    spawnId: string
  ): { readonly directory: string; readonly errno: string | null } {
    // Not before there is a new one: what is empty may tell yet how the last one in it ended.
    if (!this.isCleared) removeEmptyIn(place, new Set(this.known.values()))
    this.isCleared = true
    const directory = join(place, spawnId)
    try {
      mkdirSync(directory, { recursive: true })
    } catch (error) {
      return { directory, errno: errnoOf(error) }
    }
    this.known.set(spawnId, directory)
    return { directory, errno: null }
  }

  enter(spawnId: string, pids: ReadonlyArray<number>): void {
    const directory = this.of(spawnId)
    if (directory === null) return
    const inside = new Set(pidsBelow(directory))
    for (const pid of pids) {
      if (!inside.has(pid)) writeIn(directory, "cgroup.procs", String(pid))
    }
  }

  /** A file of it; null: there is none. */
  read(spawnId: string, file: string): string | null {
    const directory = this.of(spawnId)
    return directory === null ? null : (readIn(directory, file)?.trim() ?? null)
  }

  members(spawnId: string): ReadonlyArray<number> | null {
    const directory = this.of(spawnId)
    return directory === null ? null : pidsBelow(directory).filter((pid) => pid > 1)
  }

  kill(spawnId: string): void {
    const directory = this.of(spawnId)
    if (directory !== null) killIn(directory)
  }

  release(spawnId: string): void {
    for (const one of [...this.leaving, spawnId]) this.remove(one)
  }

  /** What something is left in stays. */
  releaseAll(): void {
    for (const spawnId of [...this.known.keys()]) this.remove(spawnId)
  }

  private remove(spawnId: string): void {
    const directory = this.of(spawnId)
    if (directory !== null && !removedBelow(directory)) {
      this.leaving.add(spawnId)
      return
    }
    this.leaving.delete(spawnId)
    this.known.delete(spawnId)
    if (directory !== null && this.known.size === 0) removed(dirname(directory))
  }
}
