import type { InstanceSpec } from "../../domain/Instance.ts"
import { programKey } from "../programKey.ts"
import { type Former, type ProgramGraph, programGraph } from "./programGraph.ts"

/**
 * The graph of what is there, whatever the files say by now. One whose restart waits still names a renamed program as it was
 * called before. `known`: what else is known of former names. Default: nothing.
 */
export const runningGraph = (
  specs: ReadonlyArray<InstanceSpec>,
  known: Former = () => []
): ProgramGraph => {
  const former = formerNames(specs)
  return programGraph(specs, (name) => {
    const key = former.get(name)
    return key === undefined ? known(name) : [key]
  })
}

const formerNames = (specs: ReadonlyArray<InstanceSpec>): ReadonlyMap<string, string> => {
  const found = new Map<string, string>()
  for (const spec of specs) {
    const { group, program, renamedFrom } = spec
    if (renamedFrom === null) continue
    // A program outside every declared group had one of its own name.
    const before = group === program ? renamedFrom : group
    found.set(renamedFrom, programKey(spec))
    found.set(`${before}:${renamedFrom}`, programKey(spec))
  }
  return found
}
