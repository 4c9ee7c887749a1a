/** The first lines of the main log, in supervisord's order (supervisord.md 3.1): `bootLines`, then `serverLines`. */
import { repr } from "../../core/ini/pythonText.ts"
import type { BootMessage, SupervisordConfig } from "../../domain/SupervisordConfig.ts"

export const bootLines = (
  { messages }: SupervisordConfig,
  done: ReadonlyArray<string>
): ReadonlyArray<BootMessage> => {
  const said = (level: BootMessage["level"]) =>
    messages.filter((message) => message.level === level)
  return [...said("critical"), ...said("warn"), ...said("info"), ...done.map(info)]
}

export interface BootFacts {
  /** After a `reload`. */
  readonly again: boolean
  readonly foreground: boolean
}

export const serverLines = (
  { rpcInterface, servers, settings: { directory } }: SupervisordConfig,
  { again, foreground }: BootFacts
): ReadonlyArray<BootMessage> => [
  ...servers.flatMap(({ section, username }) => [
    ...(rpcInterface ? [info("RPC interface 'supervisor' initialized")] : []),
    ...(username === null || username === "" ? [unguarded(section)] : [])
  ]),
  ...(foreground || again ? [] : [info("daemonizing the supervisord process")]),
  ...(foreground || again || directory === null
    ? []
    : [info(`set current directory: ${repr(directory)}`)])
]

const info = (text: string): BootMessage => ({ level: "info", text })

const unguarded = (section: string): BootMessage => ({
  level: "critical",
  text: `Server ${repr(section)} running without any HTTP authentication checking`
})
