/** How a process ended, in words and from the kernel's number (wait(2)). Row 68 and section 2.9 of the reference. */
import { signalName } from "../domain/Signal.ts"
import type { ExitStatus } from "../domain/State.ts"

/** `exit status 1`, `terminated by SIGSEGV (core dumped)`, `signal 33`. */
export const exitText = (status: ExitStatus): string => {
  switch (status.kind) {
    case "code":
      return `exit status ${status.code}`
    case "signal": {
      const named = status.signal.startsWith("SIG") ? status.signal : `signal ${status.number}`
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

/** The number that clients of supervisord see: -1 for a signal, and for an end that nobody saw. */
export const exitNumber = (status: ExitStatus): number =>
  status.kind === "code" ? status.code : -1

/** Reads a wait status: 139 is SIGSEGV with a core file, 9 is SIGKILL, 256 is exit code 1. */
export const exitOfWaitStatus = (status: number): ExitStatus => {
  const number = status & 0x7f
  if (number === 0) return { kind: "code", code: (status >> 8) & 0xff }
  const name = signalName(number)
  return {
    kind: "signal",
    signal: /^\d+$/.test(name) ? `signal ${name}` : `SIG${name}`,
    number,
    core: (status & 0x80) !== 0
  }
}
