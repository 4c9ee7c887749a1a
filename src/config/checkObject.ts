/**
 * Holds what one define… was given against its schema. The decoders are compiled once: a load may bring thousands of
 * programs.
 */
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { type Finding, schemaFindings } from "../core/schemaFindings.ts"
import { GroupSchema } from "../domain/authoring/GroupSchema.ts"
import { ProgramSchema } from "../domain/authoring/ProgramSchema.ts"
import { SupervisorSchema } from "../domain/authoring/SupervisorSchema.ts"

export type Checked<A> = Result.Result<A, ReadonlyArray<Finding>>

const strict = { errors: "all", onExcessProperty: "error" } as const

const checking = <A>(schema: Schema.Decoder<A>) => {
  const decode = Schema.decodeUnknownResult(schema, strict)
  return (input: unknown): Checked<A> =>
    Result.mapError(decode(input), (error) => schemaFindings(error.issue, input))
}

export const checkProgram = checking(ProgramSchema)
export const checkGroup = checking(GroupSchema)
export const checkSupervisor = checking(SupervisorSchema)
