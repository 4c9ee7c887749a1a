/**
 * Holds what one define… was given against its schema. The decoders are compiled once: a load may bring thousands of
 * programs.
 */
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { type Finding, schemaFindings } from "../core/schemaFindings.ts"
import { FastCgiSchema } from "../domain/authoring/FastCgiSchema.ts"
import { GroupSchema } from "../domain/authoring/GroupSchema.ts"
import { ListenerSchema } from "../domain/authoring/ListenerSchema.ts"
import { ProgramSchema } from "../domain/authoring/ProgramSchema.ts"
import type { Runnable } from "../domain/authoring/Runnable.ts"
import { SupervisorSchema } from "../domain/authoring/SupervisorSchema.ts"
import { asRunnable, TaskSchema } from "../domain/authoring/TaskSchema.ts"
import type { EvaluatedObject } from "./Evaluated.ts"

export type Checked<A> = Result.Result<A, ReadonlyArray<Finding>>

/** What runs processes. */
export type RunnableType = "program" | "task" | "listener" | "fastCgi"

export const isRunnable = (type: EvaluatedObject["type"]): type is RunnableType =>
  type === "program" || type === "task" || type === "listener" || type === "fastCgi"

const strict = { errors: "all", onExcessProperty: "error" } as const

const checking = <A>(schema: Schema.Decoder<A>) => {
  const decode = Schema.decodeUnknownResult(schema, strict)
  return (input: unknown): Checked<A> =>
    Result.mapError(decode(input), (error) => schemaFindings(error.issue, input))
}

const checkTask = checking(TaskSchema)

const checkRunnable: Record<RunnableType, (input: unknown) => Checked<Runnable>> = {
  program: checking(ProgramSchema),
  task: (input) => Result.map(checkTask(input), asRunnable),
  listener: checking(ListenerSchema),
  fastCgi: checking(FastCgiSchema)
}

export const checkProgram = (type: RunnableType, input: unknown): Checked<Runnable> =>
  checkRunnable[type](input)
export const checkGroup = checking(GroupSchema)
export const checkSupervisor = checking(SupervisorSchema)
