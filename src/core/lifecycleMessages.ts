/** reeve's own log lines about processes: supervisord's words (section 3.1 of the reference), which people search for. */
import type { ExitStatus } from "../domain/State.ts"
import { exitText } from "./exitText.ts"

export interface Message {
  readonly level: "debug" | "info" | "warn" | "error"
  readonly text: string
}

const info = (text: string): Message => ({ level: "info", text })

export const spawnedMessage = (name: string, pid: number): Message =>
  info(`spawned: '${name}' with pid ${pid}`)

export const spawnErrorMessage = (text: string): Message => info(`spawnerr: ${text}`)

export const succeededMessage = (name: string, stableAfterMs: number): Message =>
  info(
    `success: ${name} entered RUNNING state, process has stayed up for > than ${stableAfterMs / 1000} seconds (startsecs)`
  )

export const exitedMessage = (name: string, status: ExitStatus, expected: boolean): Message => ({
  level: expected ? "info" : "warn",
  text: `exited: ${name} (${exitText(status)}; ${expected ? "expected" : "not expected"})`
})

/** A warning unless the exit code was an expected one, so also after an ordinary SIGTERM. */
export const stoppedMessage = (name: string, status: ExitStatus, expected: boolean): Message => ({
  level: expected ? "info" : "warn",
  text: `stopped: ${name} (${exitText(status)})`
})

export const gaveUpMessage = (name: string): Message =>
  info(`gave up: ${name} entered FATAL state, too many start retries too quickly`)

export const killingMessage = (name: string, pid: number): Message => ({
  level: "warn",
  text: `killing '${name}' (${pid}) with SIGKILL`
})

/** Of every signal that is to end a process; `signal`: "SIGTERM". */
export const signallingMessage = (
  name: string,
  pid: number,
  signal: string,
  scope: "process" | "group"
): Message => ({
  level: "debug",
  text: `killing ${name} (pid ${pid}) ${scope === "group" ? "process group " : ""}with signal ${signal}`
})

/** Of a signal that a client asked for, which ends nothing by intention; `signal`: "SIGHUP". */
export const sendingMessage = (name: string, pid: number, signal: string): Message => ({
  level: "debug",
  text: `sending ${name} (pid ${pid}) sig ${signal}`
})

export const waitingMessage = (name: string): Message => info(`waiting for ${name} to stop`)

export const waitingToDieMessage = (names: ReadonlyArray<string>): Message =>
  info(`waiting for ${names.join(", ")} to die`)

export const unknownPidMessage = (pid: number, status: ExitStatus): Message =>
  info(`reaped unknown pid ${pid} (${exitText(status)})`)
