/**
 * Limits of a process and all that it started together, which the kernel holds by the controllers of its cgroup (cgroups(7),
 * version 2; the files are those of the kernel's admin-guide/cgroup-v2).
 */
import type { Limits } from "../domain/Definition.ts"

export type KernelField = "memoryMax" | "cpus" | "tasks"

export type Controller = "memory" | "cpu" | "pids"

export const kernelFields: ReadonlyArray<KernelField> = ["memoryMax", "cpus", "tasks"]

export const controllerOf: Readonly<Record<KernelField, Controller>> = {
  memoryMax: "memory",
  cpus: "cpu",
  tasks: "pids"
}

/** A limit that is not held, and why: a clause that follows "as". */
export interface Unheld {
  readonly field: KernelField
  readonly why: string
}

/** Those that are declared. */
export const askedOf = (limits: Limits): ReadonlyArray<KernelField> =>
  kernelFields.filter((field) => limits[field] !== null)

/** Microseconds: the kernel's own default. A shorter one costs more, a longer one stops a process for longer. */
const PERIOD = 100_000

/** What is written into which file of a cgroup, in this order; a limit of null is none. */
export const limitFiles = (
  field: KernelField,
  limit: number | null
): ReadonlyArray<readonly [file: string, text: string]> => {
  switch (field) {
    // The kernel kills all of them or none: half of a program is of no use, and would have no reason.
    case "memoryMax":
      return [
        ["memory.oom.group", limit === null ? "0" : "1"],
        ["memory.max", limit === null ? "max" : String(limit)]
      ]
    case "cpus":
      return [["cpu.max", `${limit === null ? "max" : Math.round(limit * PERIOD)} ${PERIOD}`]]
    case "tasks":
      return [["pids.max", limit === null ? "max" : String(limit)]]
  }
}

/** One clause a reason; with the limit of memory, which reeve can look after itself, what is done about it. */
export const unheldText = (unheld: ReadonlyArray<Unheld>): string => {
  const reasons = new Map<string, Array<KernelField>>()
  for (const { field, why } of unheld) reasons.set(why, [...(reasons.get(why) ?? []), field])
  const clauses = [...reasons].map(([why, fields]) => {
    const named = fields.map((field) => `limits.${field}`)
    const last = named.pop() ?? ""
    const all = named.length === 0 ? `${last} is` : `${named.join(", ")} and ${last} are`
    return `${all} not held by the kernel, as ${why}`
  })
  const looksAfter = unheld.some(({ field }) => field === "memoryMax")
  return [...clauses, ...(looksAfter ? ["reeve looks after limits.memoryMax instead"] : [])].join(
    "; "
  )
}

/** Whether `memory.events` of a cgroup tells that the kernel killed in it for lack of memory. */
export const tellsOfKill = (events: string): boolean => /^oom_kill [1-9]/m.test(events)
