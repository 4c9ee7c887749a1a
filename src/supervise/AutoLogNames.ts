/**
 * Which files the log sinks with `file: "auto"` have in supervisord mode (supervisord.md 3.3): a name that no other instance has
 * and that stays as long as the instance, over a crash of the daemon too; the next instance of that name gets another.
 */
import * as Effect from "effect/Effect"
import { childLogName, childLogTag } from "../core/childLogName.ts"
import type { InstanceKey, InstanceSpec } from "../domain/Instance.ts"
import type { Channel } from "../logs/LogPlane.ts"
import { isRegularFile } from "../os/FollowedFile.ts"
import { sha256 } from "../os/sha256.ts"

export interface AutoLogs {
  /** `identifier=` of the configuration. */
  readonly identifier: string
  /** Random, of one orderly start: a daemon that follows a crashed one with the same seed goes on in its files. */
  readonly seed: string
}

export interface AutoLogNames {
  /** Gives the instance its name, unless it has one. */
  readonly choose: (spec: InstanceSpec, channel: Channel) => Effect.Effect<void>
  /** Null: none was chosen yet. */
  readonly pathOf: (spec: InstanceSpec, channel: Channel) => string | null
  /** The instance is gone. */
  readonly forget: (key: InstanceKey) => void
}

/** A daemon that crashed after so many removals of one program does not go on in the newest file. */
const MAX_EARLIER = 1000

export const makeAutoLogNames = (directory: string, options: AutoLogs): AutoLogNames => {
  const names = new Map<string, string>()
  const counts = new Map<string, number>()

  const nameAt = (spec: InstanceSpec, channel: Channel, count: number): string => {
    const { identifier, seed } = options
    const tag = childLogTag(sha256(JSON.stringify([seed, spec.key, spec.name, channel, count])))
    return `${directory}/${childLogName({ process: spec.name, channel, identifier }, tag)}`
  }
  /** How many names were used before this daemon: their files are there. */
  const usedEarlier = Effect.fnUntraced(function* (spec: InstanceSpec, channel: Channel) {
    let count = 0
    while (count < MAX_EARLIER && (yield* isRegularFile(nameAt(spec, channel, count + 1)))) count++
    return count
  })

  return {
    choose: Effect.fnUntraced(function* (spec, channel) {
      const id = idOf(spec.key, channel)
      if (names.has(id)) return
      const before = counts.get(id)
      const count =
        before === undefined ? Math.max(1, yield* usedEarlier(spec, channel)) : before + 1
      names.set(id, nameAt(spec, channel, count))
      counts.set(id, count)
    }),
    pathOf: (spec, channel) => names.get(idOf(spec.key, channel)) ?? null,
    forget: (key) => {
      names.delete(idOf(key, "stdout"))
      names.delete(idOf(key, "stderr"))
    }
  }
}

const idOf = (key: InstanceKey, channel: Channel): string => `${channel} ${key}`
