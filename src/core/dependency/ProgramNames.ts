/**
 * Which programs a name of `dependsOn` means: the program of that address (`db`, `group:db`), else the only program of that name,
 * else all programs of that group. Instances come and go, and it keeps up with them.
 */
import type { InstanceSpec } from "../../domain/Instance.ts"
import { programKey } from "../programKey.ts"

type Member = Pick<InstanceSpec, "group" | "program">

/** Keys of programs. */
export type Meant =
  | { readonly kind: "found"; readonly programs: ReadonlyArray<string> }
  /** Several programs of several groups have the name. */
  | { readonly kind: "ambiguous"; readonly programs: ReadonlyArray<string> }
  | { readonly kind: "unknown" }

export class ProgramNames {
  private readonly counts = new Map<string, number>()
  private readonly named = new Map<string, Set<string>>()
  private readonly grouped = new Map<string, Set<string>>()

  enter(member: Member): void {
    const key = programKey(member)
    const count = this.counts.get(key) ?? 0
    this.counts.set(key, count + 1)
    if (count > 0) return
    put(this.named, member.program, key)
    put(this.grouped, member.group, key)
  }

  leave(member: Member): void {
    const key = programKey(member)
    const count = this.counts.get(key) ?? 0
    if (count > 1) {
      this.counts.set(key, count - 1)
      return
    }
    this.counts.delete(key)
    take(this.named, member.program, key)
    take(this.grouped, member.group, key)
  }

  resolve(name: string): Meant {
    const colon = name.indexOf(":")
    const address =
      colon < 0 ? `${name}/${name}` : `${name.slice(0, colon)}/${name.slice(colon + 1)}`
    if (this.counts.has(address)) return { kind: "found", programs: [address] }
    const programs = [...(this.named.get(name) ?? [])]
    if (programs.length === 1) return { kind: "found", programs }
    if (programs.length > 1) return { kind: "ambiguous", programs }
    const group = this.grouped.get(name)
    return group === undefined ? { kind: "unknown" } : { kind: "found", programs: [...group] }
  }

  /** Of a name that means several programs all of them: a check has told that, and nothing is guessed. */
  programsOf(name: string): ReadonlyArray<string> {
    const meant = this.resolve(name)
    return meant.kind === "unknown" ? [] : meant.programs
  }
}

const put = (sets: Map<string, Set<string>>, name: string, key: string): void => {
  const known = sets.get(name)
  if (known === undefined) sets.set(name, new Set([key]))
  else known.add(key)
}

const take = (sets: Map<string, Set<string>>, name: string, key: string): void => {
  const known = sets.get(name)
  known?.delete(key)
  if (known?.size === 0) sets.delete(name)
}
