import type { Program } from "../../domain/Desired.ts"
import { byText } from "../byText.ts"
import { didYouMean } from "../didYouMean.ts"
import { programKey, programLabel } from "../programKey.ts"
import { ProgramNames } from "./ProgramNames.ts"

export type Named =
  /** Labels of programs. */
  | { readonly kind: "found"; readonly labels: ReadonlyArray<string> }
  | { readonly kind: "ambiguous"; readonly labels: ReadonlyArray<string> }
  /** `near`: what may have been meant, nearest first. */
  | { readonly kind: "unknown"; readonly near: ReadonlyArray<string> }

/** The programs that a typed name means, as in `dependsOn`; the address of an instance means its program. */
export const namedPrograms = (programs: ReadonlyArray<Program>): ((name: string) => Named) => {
  const names = new ProgramNames()
  const labels = new Map<string, string>()
  const owners = new Map<string, string>()
  for (const { group, instances, name } of programs) {
    const member = { group, program: name }
    names.enter(member)
    labels.set(programKey(member), programLabel(member))
    for (const { address } of instances) owners.set(address, programLabel(member))
  }
  const labelsOf = (keys: ReadonlyArray<string>) =>
    keys.flatMap((key) => labels.get(key) ?? []).sort(byText)
  return (name) => {
    const meant = names.resolve(name)
    if (meant.kind !== "unknown") return { kind: meant.kind, labels: labelsOf(meant.programs) }
    const owner = owners.get(name)
    if (owner !== undefined) return { kind: "found", labels: [owner] }
    const known = programs.flatMap((one) => [one.name, one.group])
    return { kind: "unknown", near: didYouMean(name, new Set([...labels.values(), ...known])) }
  }
}
