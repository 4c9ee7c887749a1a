/** Values that must not leave the daemon: of environment variables whose name or value looks secret (design 5). */
import { holdsCredentials, looksSecret } from "../core/concealed.ts"
import type { Definition } from "../domain/Definition.ts"
import type { Desired } from "../domain/Desired.ts"
import type { InstanceSpec } from "../domain/Instance.ts"
import type { Liveness, Ready } from "../domain/Probe.ts"

export const concealedText = "(hidden)"

export const concealSpec = (spec: InstanceSpec): InstanceSpec => ({
  ...spec,
  definition: {
    ...spec.definition,
    environment: concealEnvironment(spec.definition),
    ready: concealHeaders(spec.definition.ready),
    liveness: concealHeaders(spec.definition.liveness)
  }
})

export const concealDesired = (desired: Desired): Desired => ({
  ...desired,
  // What was written holds the same values.
  programs: desired.programs.map(({ written: _, ...program }) => ({
    ...program,
    instances: program.instances.map(concealSpec)
  }))
})

/** Headers often carry what lets one in. */
const concealHeaders = <P extends Ready | Liveness>(probe: P | null): P | null =>
  probe?.kind === "http"
    ? {
        ...probe,
        headers: Object.fromEntries(Object.keys(probe.headers).map((name) => [name, concealedText]))
      }
    : probe

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
