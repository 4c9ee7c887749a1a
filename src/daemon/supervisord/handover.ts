/**
 * The configuration that was checked, from whoever read it to the daemon that is to run it: the command before it drops
 * privileges, or the daemon before a restart. So a daemon never begins with files that changed after they were found good.
 */
import { randomUUID } from "node:crypto"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { SupervisordRead } from "../../config/GroupRegister.ts"
import { shareParts } from "../../core/shareParts.ts"
import { Group, Program } from "../../domain/Desired.ts"
import { Problem } from "../../domain/Problem.ts"
import { SupervisordConfig } from "../../domain/SupervisordConfig.ts"
import { readNamed, writePrivately } from "../../os/writePrivately.ts"

export interface Handover {
  readonly read: SupervisordRead
  /** Random, of this orderly start: a daemon that follows a crashed one goes on in its AUTO logs. */
  readonly seed: string
}

const HandoverText = Schema.fromJsonString(
  Schema.Struct({
    read: Schema.Struct({
      programs: Schema.Array(Program),
      groups: Schema.Array(Group),
      config: SupervisordConfig,
      warnings: Schema.Array(Problem),
      inputs: Schema.Array(Schema.String),
      patterns: Schema.Array(Schema.String)
    }),
    seed: Schema.String
  })
)

const pathIn = (runtimeDirectory: string): string => join(runtimeDirectory, "configuration.json")

/** Fails with the errno's name. It may hold passwords: only its owner can read it. */
export const leaveHandover = (runtimeDirectory: string, read: SupervisordRead) =>
  Effect.suspend(() => {
    const handover: Handover = { read, seed: randomUUID() }
    return writePrivately(pathIn(runtimeDirectory), JSON.stringify(handover))
  })

/** Fails with a word on why. */
export const takeHandover = (runtimeDirectory: string): Effect.Effect<Handover, string> =>
  Effect.flatMap(readNamed(pathIn(runtimeDirectory)), (text) =>
    Schema.decodeUnknownEffect(HandoverText)(text).pipe(
      Effect.mapError(String),
      Effect.map(({ read, seed }) => ({
        read: { ...read, programs: shareParts(read.programs) },
        seed
      }))
    )
  )
