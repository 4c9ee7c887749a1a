/** How a process ended, in words. Row 68 and section 2.9 of the reference. */
import type { ExitStatus } from "../domain/State.ts"

/** `exit status 1`, `terminated by SIGSEGV (core dumped)`, `signal 33`. */
export const exitText = (status: ExitStatus): string => {
  switch (status.kind) {
    case "code":
      return `exit status ${status.code}`
    case "signal": {
      const named = status.signal.startsWith("SIG") ? status.signal : `signal ${status.number}`
      if (status.forMemory === true)
        return `terminated by ${named} (by the kernel, for lack of memory)`
      return `terminated by ${named}${status.core ? " (core dumped)" : ""}`
    }
    case "unknown":
      return "exit status unknown"
  }
}

/** The same as a verb: `exited with status 1`, `terminated by SIGSEGV (core dumped)`, `ended` where nobody saw how. */
export const endedText = (status: ExitStatus | null): string => {
  if (status?.kind === "code") return `exited with status ${status.code}`
  return status === null || status.kind === "unknown" ? "ended" : exitText(status)
}
