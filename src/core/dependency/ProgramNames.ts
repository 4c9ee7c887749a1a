/**
 * Which programs a name of `dependsOn` means: the program of that address (`db`, `group:db`), else the only program of that name,
 * else all programs of that group. Instances come and go, and it keeps up with them.
 */
import type { InstanceSpec } from "../../domain/Instance.ts"
import { programKey } from "../programKey.ts"
import { addTo, dropFrom, type SetsByKey } from "./setsByKey.ts"

type Member = Pick<InstanceSpec, "group" | "program">

/** Keys of programs. */
export type Meant =
  | { readonly kind: "found"; readonly programs: ReadonlyArray<string> }
  /** Several programs of several groups have the name. */
  | { readonly kind: "ambiguous"; readonly programs: ReadonlyArray<string> }
  | { readonly kind: "unknown" }

export class ProgramNames {
  private readonly counts = new Map<string, number>()
  private readonly named: SetsByKey<string> = new Map()
  private readonly grouped: SetsByKey<string> = new Map()

  /** Keys of programs by the names that they had before. */
  private readonly former = new Map<string, string>()
  /** Of programs that are being renamed, instance by instance: the key that the rest still has. */
  private readonly rest = new Map<string, string>()

  enter(member: Member): void {
    const key = programKey(member)
    this.endRename(key)
    this.count(member, key)
  }

  leave(member: Member): void {
    const key = programKey(member)
    const count = this.counts.get(key) ?? 0
    if (count > 1) {
      this.counts.set(key, count - 1)
      return
    }
    this.counts.delete(key)
    this.endRename(key)
    dropFrom(this.named, member.program, key)
    dropFrom(this.grouped, member.group, key)
  }

  /**
   * One instance has another name from now on. Until something else has the old name it means the same, and both names mean those
   * that still have it and those that have the new one: what is renamed is one program all the time.
   */
  rename(from: Member, to: Member): void {
    const [before, after] = [programKey(from), programKey(to)]
    this.endRename(after)
    this.rest.set(after, before)
    this.count(to, after)
    this.leave(from)
    for (const name of [from.program, `${from.group}:${from.program}`]) {
      this.former.set(name, after)
    }
  }

  resolve(name: string): Meant {
    const found = this.present(name)
    const renamed = found.kind === "unknown" ? this.renamed(name) : undefined
    return renamed === undefined ? found : { kind: "found", programs: this.whole([renamed]) }
  }

  /** It may have been renamed again since. */
  private renamed(name: string): string | undefined {
    const seen = new Set<string>()
    let key = this.former.get(name)
    while (key !== undefined && !this.counts.has(key) && !seen.has(key)) {
      seen.add(key)
      key = this.former.get(key.replace("/", ":"))
    }
    return key !== undefined && this.counts.has(key) ? key : undefined
  }

  /** Of a name that means several programs all of them: a check has told that, and nothing is guessed. */
  programsOf(name: string): ReadonlyArray<string> {
    const meant = this.resolve(name)
    return meant.kind === "unknown" ? [] : meant.programs
  }

  private present(name: string): Meant {
    const colon = name.indexOf(":")
    const address =
      colon < 0 ? `${name}/${name}` : `${name.slice(0, colon)}/${name.slice(colon + 1)}`
    if (this.counts.has(address)) return { kind: "found", programs: this.whole([address]) }
    const programs = [...(this.named.get(name) ?? [])]
    if (programs.length === 1) return { kind: "found", programs: this.whole(programs) }
    if (programs.length > 1) return { kind: "ambiguous", programs }
    const group = this.grouped.get(name)
    return group === undefined
      ? { kind: "unknown" }
      : { kind: "found", programs: this.whole([...group]) }
  }

  private whole(programs: ReadonlyArray<string>): ReadonlyArray<string> {
    if (this.rest.size === 0) return programs
    const parts = new Set(programs)
    for (const [after, before] of this.rest) {
      if (parts.has(after)) parts.add(before)
      else if (parts.has(before)) parts.add(after)
    }
    return [...parts]
  }

  private count(member: Member, key: string): void {
    const count = this.counts.get(key) ?? 0
    this.counts.set(key, count + 1)
    if (count > 0) return
    addTo(this.named, member.program, key)
    addTo(this.grouped, member.group, key)
  }

  /** The old name is another's, or nobody's. */
  private endRename(key: string): void {
    for (const [after, before] of this.rest) if (before === key) this.rest.delete(after)
  }
}
