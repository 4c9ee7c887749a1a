/** The first lines of the main log, in supervisord's order (supervisord.md 3.1). */
import type { BootMessage, SupervisordConfig } from "../../domain/SupervisordConfig.ts"

export interface BootFacts {
  /** What was done before the daemon began. */
  readonly done: ReadonlyArray<string>
  /** After a `reload`. */
  readonly again: boolean
  readonly foreground: boolean
}

export const bootLines = (
  config: SupervisordConfig,
  { again, done, foreground }: BootFacts
): ReadonlyArray<BootMessage> => {
  const info = (text: string): BootMessage => ({ level: "info", text })
  const said = (level: BootMessage["level"]) =>
    config.messages.filter((message) => message.level === level)
  const { directory } = config.settings
  return [
    ...said("critical"),
    ...said("warn"),
    ...said("info"),
    ...done.map(info),
    ...config.servers.flatMap((server) => [
      ...(config.rpcInterface ? [info("RPC interface 'supervisor' initialized")] : []),
      ...(server.username === null
        ? [
            {
              level: "critical" as const,
              text: `Server '${server.section}' running without any HTTP authentication checking`
            }
          ]
        : [])
    ]),
    ...(foreground || again
      ? []
      : [
          info("daemonizing the supervisord process"),
          ...(directory === null ? [] : [info(`set current directory: '${directory}'`)])
        ])
  ]
}
