import type { ActualInstance } from "../../domain/Actual.ts"
import type { InstanceSpec } from "../../domain/Instance.ts"
import { decide } from "../decide.ts"
import type { Facts } from "../planFacts.ts"
import { programKey } from "../programKey.ts"
import { toRun } from "../toRun.ts"
import { isStuck } from "./stuck.ts"
import { updatePolicy } from "./updatePolicy.ts"

type Needed = Pick<Facts, "before" | "declared" | "diff" | "needed">

/**
 * The address of an instance of the same program that failed and that a plan leaves as it is, where so many have that no other
 * one may be replaced; null: there is none. One that the plan starts anew may succeed, and is waited for.
 */
export const lackingOf = (facts: Needed): ((spec: InstanceSpec) => string | null) => {
  const known = new Map<string, ReadonlyArray<InstanceSpec>>()
  const programs = Map.groupBy(facts.declared, programKey)
  const stuckOf = (key: string): ReadonlyArray<InstanceSpec> => {
    const found = known.get(key) ?? (programs.get(key) ?? []).filter((one) => isLeft(one, facts))
    known.set(key, found)
    return found
  }
  return (spec) => {
    const key = programKey(spec)
    const most = updatePolicy(spec).maxUnavailable
    if ((programs.get(key)?.length ?? 0) <= most) return null
    const others = stuckOf(key).filter((one) => one.key !== spec.key)
    return others.length < most ? null : (others[0]?.address ?? null)
  }
}

const isLeft = (spec: InstanceSpec, facts: Needed): boolean => {
  const before = facts.before(spec)
  if (before === undefined || before.override?.kind === "stopped") return false
  // By what it is to be: whether it starts by itself may just have changed.
  return isStuck({ ...before, spec }) && !isReplaced(spec, before, facts)
}

const isReplaced = (spec: InstanceSpec, before: ActualInstance, facts: Needed): boolean => {
  const { kind } = decide(spec, before, facts.diff, toRun(spec, before.override, facts.needed))
  return kind === "restart" || kind === "start"
}
