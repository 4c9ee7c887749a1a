/** The facts of a process life as the keeper mirrors them: one line of JSON, read by the next daemon beside its journal. */
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { InstanceKey } from "../domain/Instance.ts"
import { ExitStatus, Process } from "../domain/State.ts"
import type { Intent, ProcessRecord } from "../store/Store.ts"

const named = { instance: InstanceKey, address: Schema.String }

const Fact = Schema.Union([
  /** It was about to be spawned, and that could not be journaled. */
  Schema.Struct({
    kind: Schema.Literal("intended"),
    spawnId: Schema.String,
    ...named,
    intendedMs: Schema.Finite
  }),
  Schema.Struct({
    kind: Schema.Literal("started"),
    ...Process.fields,
    ...named,
    spawnedMs: Schema.Finite
  }),
  /** It ended, and that could not be journaled. */
  Schema.Struct({ kind: Schema.Literal("ended"), status: ExitStatus })
])
export type Fact = typeof Fact.Type

export const intentFact = (intent: Intent): string =>
  JSON.stringify({ kind: "intended", ...intent })
export const startFact = (record: ProcessRecord): string =>
  JSON.stringify({ kind: "started", ...record })
export const endFact = (status: ExitStatus): string => JSON.stringify({ kind: "ended", status })

const decode = Schema.decodeUnknownOption(Schema.fromJsonString(Fact))

/** Null: of a reeve that wrote something else. */
export const readFact = (text: string): Fact | null => Option.getOrNull(decode(text))
