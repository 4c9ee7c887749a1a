/** How a process ended, from the two forms in which the kernel tells it. */
import { signalName } from "../domain/Signal.ts"
import type { ExitStatus } from "../domain/State.ts"

const CLD_EXITED = 1
const CLD_DUMPED = 3

/** From si_code and si_status of a siginfo_t (waitid(2)). */
export const exitStatus = (code: number, status: number): ExitStatus =>
  code === CLD_EXITED
    ? { kind: "code", code: status }
    : { kind: "signal", signal: longName(status), number: status, core: code === CLD_DUMPED }

/** From a wait status (wait(2)). */
export const exitStatusOfWait = (status: number): ExitStatus => {
  const number = status & 0x7f
  return number === 0
    ? { kind: "code", code: (status >> 8) & 0xff }
    : { kind: "signal", signal: longName(number), number, core: (status & 0x80) !== 0 }
}

/** "SIGKILL"; "signal 77" where the number has no name of its own (supervisord.md 2.9). */
const longName = (number: number): string => {
  const name = signalName(number)
  return /^[A-Z][A-Z0-9]*$/.test(name) ? `SIG${name}` : `signal ${number}`
}
