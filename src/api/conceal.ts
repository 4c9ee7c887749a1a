/** Values that must not leave the daemon: of environment variables whose name or value looks secret (design 5). */
import { holdsCredentials, looksSecret } from "../core/concealed.ts"
import type { Definition } from "../domain/Definition.ts"
import type { Desired } from "../domain/Desired.ts"
import type { InstanceSpec } from "../domain/Instance.ts"

export const concealedText = "(hidden)"

export const concealSpec = (spec: InstanceSpec): InstanceSpec => ({
  ...spec,
  definition: { ...spec.definition, environment: concealEnvironment(spec.definition) }
})

export const concealDesired = (desired: Desired): Desired => ({
  ...desired,
  // What was written holds the same values.
  programs: desired.programs.map(({ written: _, ...program }) => ({
    ...program,
    instances: program.instances.map(concealSpec)
  }))
})

const concealEnvironment = ({ environment, showEnvironment }: Definition) => {
  const shown: Record<string, Definition["environment"][string]> = Object.create(null)
  for (const [name, value] of Object.entries(environment)) {
    const hidden =
      typeof value === "string" &&
      !showEnvironment.includes(name) &&
      (looksSecret(name) || holdsCredentials(value))
    shown[name] = hidden ? concealedText : value
  }
  return shown
}
