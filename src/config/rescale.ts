/**
 * A desired state that was evaluated once, with other numbers of instances: each program anew from what was written, which is
 * on record with it. The files play no part. Programs without it (ini, or of an earlier reeve) stay as they are.
 */
import * as Result from "effect/Result"
import { desiredMeaning } from "../core/desiredHash.ts"
import { expandProgram } from "../core/expandProgram.ts"
import { programKey } from "../core/programKey.ts"
import { directoryOf } from "../core/resolvePath.ts"
import type { ScaleOverride } from "../domain/Actual.ts"
import type { Desired, Program } from "../domain/Desired.ts"
import { sha256 } from "../os/sha256.ts"
import { checkProgram, type RunnableType } from "./checkObject.ts"
import { sealInstance } from "./sealInstance.ts"

/** The same object where nothing differs. */
export const rescale = (desired: Desired, scales: ReadonlyArray<ScaleOverride>): Desired => {
  const numbers = new Map(scales.map((it) => [programKey(it), it.instances]))
  const grouped = new Set(desired.groups.filter(({ declared }) => declared).map(({ name }) => name))
  const programs = desired.programs.map((program) => {
    const { group, name } = program
    const scale = numbers.get(programKey({ group, program: name })) ?? null
    return withInstances(program, scale, grouped.has(group))
  })
  if (programs.every((program, at) => program === desired.programs[at])) return desired
  const { groups, supervisor } = desired
  return { ...desired, programs, hash: sha256(desiredMeaning(programs, groups, supervisor)) }
}

/** `scale` null: as many as were declared. */
const withInstances = (program: Program, scale: number | null, grouped: boolean): Program => {
  const { instances, name, source, written } = program
  const [first] = instances
  if (written === undefined || first === undefined) return program
  const input = inputOf(written)
  if (input === null || (scale ?? input.instances ?? 1) === instances.length) return program
  const setting = { name, grouped, directory: directoryOf(source.file), scale }
  const made = expandProgram(input, setting)
  if (made.findings.length > 0 || made.instances.length === 0) return program
  const { group, groupPriority, origin, protect, renamedFrom } = first
  const common = { group, groupPriority, program: name, origin, source, protect, renamedFrom }
  return { ...program, instances: made.instances.map((it) => sealInstance({ ...common, ...it })) }
}

/** Null: this version of reeve has no such program any more. */
const inputOf = (written: string) => {
  const space = written.indexOf(" ")
  const type = runnableTypes.find((one) => one === written.slice(0, space))
  if (type === undefined) return null
  const checked = checkProgram(type, JSON.parse(written.slice(space + 1)))
  return Result.isSuccess(checked) ? checked.success : null
}

const runnableTypes: ReadonlyArray<RunnableType> = ["program", "task", "listener", "fastCgi"]
