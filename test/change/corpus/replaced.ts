/** Which processes an edit replaced, and which it had to. */
import type { Edit } from "./Edit.ts"

/** By address. */
export type Pids = ReadonlyMap<string, number>

/** Addresses of what had a process and has another one; of what was renamed, the address afterwards. */
export const replaced = (before: Pids, after: Pids, { expected }: Edit): ReadonlyArray<string> => {
  const former = new Map(expected.flatMap(({ address, from }) => (from ? [[address, from]] : [])))
  return [...after]
    .filter(([address, pid]) => {
      const was = before.get(former.get(address) ?? address)
      return was !== undefined && was !== pid
    })
    .map(([address]) => address)
    .sort()
}

/** What is stopped and started again in one plan has another process as well. */
export const hadToBeReplaced = ({ expected }: Edit): ReadonlyArray<string> => {
  const told = new Set(expected.map(({ address, verb }) => `${verb} ${address}`))
  return expected
    .filter(({ address, verb }) =>
      verb === "stop" ? told.has(`start ${address}`) : verb === "restart"
    )
    .map(({ address }) => address)
    .sort()
}

/** What is to run after it, where that ran before. */
export const running = (before: Pids, { expected }: Edit): ReadonlyArray<string> => {
  const addresses = new Set(before.keys())
  for (const { address, from, verb } of expected) {
    if (verb === "stop") addresses.delete(address)
    if (from !== null && addresses.delete(from)) addresses.add(address)
  }
  for (const { address, verb } of expected) if (verb === "start") addresses.add(address)
  return [...addresses].sort()
}
