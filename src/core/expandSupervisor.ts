import type { SupervisorChecked } from "../domain/authoring/SupervisorSchema.ts"
import { parseByteSize } from "../domain/ByteSize.ts"
import type { SupervisorSettings } from "../domain/Desired.ts"
import { resolvePath } from "./resolvePath.ts"

/** The settings of reeve itself with their defaults. `directory`: of the defining file. */
export const expandSupervisor = (
  { apply, log }: SupervisorChecked,
  directory: string
): SupervisorSettings => ({
  apply: apply ?? "auto",
  log: {
    level: log?.level ?? "info",
    file: log?.file === undefined ? null : resolvePath(directory, log.file),
    maxBytes: parseByteSize(log?.maxSize ?? "50MB") ?? 0,
    backups: log?.backups ?? 10,
    syslog: log?.syslog ?? false
  }
})

/** Where no file has a `defineSupervisor`. */
export const standardSettings: SupervisorSettings = expandSupervisor({}, "/")
