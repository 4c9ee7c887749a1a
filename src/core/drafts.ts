/** What a plan is put together from: what is to be done to one instance, before it has a place in the order. */
import type { Awaited } from "../domain/Dependency.ts"
import type { InstanceSpec } from "../domain/Instance.ts"
import type { Cause } from "../domain/Plan.ts"
import type { Fact } from "./dependency/conditions.ts"
import type { Draft } from "./order.ts"

export const common = (spec: InstanceSpec, cause: Cause) => ({
  instance: spec.key,
  address: spec.address,
  program: spec.program,
  cause,
  source: spec.source
})

export const startOf = (
  spec: InstanceSpec,
  cause: Cause,
  how: { readonly run: boolean; readonly awaits: ReadonlyArray<Awaited> }
): Draft => {
  const task = spec.definition.task !== null
  return { spec, body: { kind: "start", ...common(spec, cause), ...how, task } }
}

export const stopBody = (
  spec: InstanceSpec,
  cause: Cause,
  after: { readonly forget: boolean; readonly awaits: ReadonlyArray<Awaited> }
) => {
  const { command, signal, timeoutMs } = spec.definition.stop
  return { kind: "stop" as const, ...common(spec, cause), ...after, command, signal, timeoutMs }
}

/** What such a task is from the moment on in which it is added. */
export const doneBefore = (spec: InstanceSpec): Fact => ({
  spec,
  state: "EXITED",
  reason: { kind: "exited", status: { kind: "code", code: 0 }, expected: true },
  process: null,
  ready: null
})
