/**
 * The client while it runs: where it talks to, what it prints with, and the exit status that its actions leave. All
 * messages are for standard output (supervisord.md 5.1).
 */
import { ctlExit, exitOfFault } from "../../core/ctl/exitStatus.ts"
import type { ActionResult } from "../../core/ctl/resultLine.ts"
import { serverAddress } from "../../core/ctl/serverUrl.ts"
import type { XmlRpcValue } from "../../core/xmlrpc/XmlRpcValue.ts"
import { callServer } from "./callServer.ts"
import type { CtlOptions } from "./readCtlOptions.ts"

/** Calls a method; a name without a dot is one of `supervisor.*`. Throws ClientError. */
export type Call = (method: string, ...params: ReadonlyArray<XmlRpcValue>) => Promise<XmlRpcValue>

/** Where the client writes, and what it asks the user. */
export interface CtlIo {
  readonly out: (text: string) => void
  readonly outBytes: (bytes: Uint8Array) => void
  readonly err: (text: string) => void
  readonly variable: (name: string) => string | undefined
  /** The next line of standard input without its end; null: no more. */
  readonly readLine: (prompt: string) => Promise<string | null>
  /** As `readLine`, without echo on a terminal. */
  readonly readSecret: (prompt: string) => Promise<string | null>
}

export interface Ctl {
  readonly io: CtlIo
  /** A shell, or `-i`: dangerous actions ask first, and a refused login is asked for again. */
  readonly interactive: boolean
  serverUrl: string
  username: string | null
  password: string | null
  exit: number
  /** The shell is to end. */
  ended: boolean
  readonly output: (line: string) => void
  /** Throws ClientError where the server's URL is none, before anything is called. */
  readonly supervisor: () => Call
}

/** One action: `rest` is what stands behind its name. Throws ClientError. */
export type Action = (ctl: Ctl, rest: string) => Promise<void>

export const makeCtl = (options: CtlOptions, io: CtlIo): Ctl => {
  const ctl: Ctl = {
    io,
    interactive: options.interactive,
    serverUrl: options.serverUrl,
    username: options.username,
    password: options.password,
    exit: ctlExit.success,
    ended: false,
    output: (line) => io.out(`${line}\n`),
    supervisor: () => {
      const place = serverAddress(ctl.serverUrl)
      const { password, username } = ctl
      return (method, ...params) => {
        const name = method.includes(".") ? method : `supervisor.${method}`
        return callServer({ place, username, password }, name, params)
      }
    }
  }
  return ctl
}

/** Prints a result's line and counts its code; `ignored` is the one that is no failure of the action. */
export const tellResult = (
  ctl: Ctl,
  result: ActionResult,
  lineOf: (result: ActionResult) => string,
  ignored: number | null
): void => {
  ctl.output(lineOf(result))
  ctl.exit = exitOfFault(result.status, ignored) ?? ctl.exit
}
