/**
 * A save of one file may lead to a load just while another one is written: most writers empty a file first, and what it
 * declared would be gone for that moment. So a load counts only where its files did not change meanwhile; one that had content
 * and is empty is given the time to be written.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { quietEmptyMs, quietOneMs } from "../domain/limits.ts"
import type { FileFacts, Files } from "../os/Files.ts"
import type { Loaded } from "./Loader.ts"

/** Of the load before: its files, and those of them that had content. */
export interface SeenFiles {
  inputs: ReadonlyArray<string>
  filled: ReadonlySet<string>
}

export const nothingSeen = (): SeenFiles => ({ inputs: [], filled: new Set() })

export const loadWhole = <E, R>(
  once: Effect.Effect<Loaded, E, R>,
  files: Pick<Files["Service"], "stat">,
  seen: SeenFiles
): Effect.Effect<Loaded, E, R> =>
  Effect.gen(function* () {
    const until = (yield* Clock.currentTimeMillis) + quietEmptyMs
    for (;;) {
      const before = yield* factsOf(files, seen.inputs)
      const loaded = yield* once
      const after = yield* factsOf(files, [...before.keys(), ...loaded.inputs])
      const isEmptied = [...seen.filled].some((path) => after.get(path)?.size === 0)
      const isChanged = [...before].some(([path, facts]) => !isSame(facts, after.get(path)))
      if ((!isEmptied && !isChanged) || (yield* Clock.currentTimeMillis) >= until) {
        seen.inputs = loaded.inputs
        seen.filled = new Set(loaded.inputs.filter((path) => (after.get(path)?.size ?? 0) > 0))
        return loaded
      }
      yield* Effect.sleep(quietOneMs)
    }
  })

type Facts = FileFacts | null

/** Null: it is not there, or is a pattern. */
const factsOf = (files: Pick<Files["Service"], "stat">, paths: ReadonlyArray<string>) =>
  Effect.map(
    Effect.forEach(new Set(paths), (path) =>
      Effect.map(
        Effect.orElseSucceed(files.stat(path), (): Facts => null),
        (facts) => [path, facts] as const
      )
    ),
    (all): ReadonlyMap<string, Facts> => new Map(all)
  )

const isSame = (a: Facts, b: Facts = null): boolean =>
  a?.inode === b?.inode && a?.size === b?.size && a?.modifiedAt === b?.modifiedAt
