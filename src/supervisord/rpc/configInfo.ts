/** `getAllConfigInfo`: what the files said last, process by process (supervisord.md 4.6, in the form of 4.2.5). */
import * as Effect from "effect/Effect"
import type { GroupContent } from "../../config/GroupRegister.ts"
import { byText } from "../../core/byText.ts"
import type { XmlRpcValue } from "../../core/xmlrpc/XmlRpcValue.ts"
import type { LogSink } from "../../domain/Definition.ts"
import type { InstanceSpec } from "../../domain/Instance.ts"
import { signalNumber } from "../../domain/Signal.ts"
import type { Users } from "../../os/Users.ts"
import type { Bench } from "./Bench.ts"

export const allConfigInfo = (bench: Bench): Effect.Effect<XmlRpcValue> =>
  Effect.gen(function* () {
    const pending = bench.register.pending()
    const uids = yield* uidsOf(bench.users, pending)
    const rows: Array<{ name: string; value: XmlRpcValue }> = []
    for (const { group, programs } of pending) {
      const inuse = bench.register.activeGroup(group.name) !== undefined
      for (const spec of programs.flatMap(({ instances }) => instances)) {
        const { user } = spec.definition
        const uid = user === null ? "none" : (uids.get(user) ?? "none")
        rows.push({ name: spec.name, value: structOf(bench, spec, { inuse, uid }) })
      }
    }
    return rows.sort((a, b) => byText(a.name, b.name)).map(valueOf)
  })

const valueOf = ({ value }: { readonly value: XmlRpcValue }): XmlRpcValue => value

const structOf = (
  { hands }: Bench,
  spec: InstanceSpec,
  { inuse, uid }: { readonly inuse: boolean; readonly uid: number | "none" }
): XmlRpcValue => {
  const { command, directory, logs, priority, restart, start, stop } = spec.definition
  const redirected = logs.stderr === "stdout"
  const path = (channel: "stdout" | "stderr") => hands.supervisor.logPath(spec, channel) ?? "none"
  return new Map<string, XmlRpcValue>([
    ["autostart", start.auto],
    ["directory", directory ?? "none"],
    ["uid", uid],
    ["command", typeof command === "string" ? command : command.join(" ")],
    ["exitcodes", restart.expectedExitCodes],
    ["group", spec.group],
    ["group_prio", spec.groupPriority],
    ["inuse", inuse],
    ["killasgroup", stop.group !== "no"],
    ["name", spec.name],
    ["process_prio", priority],
    ["redirect_stderr", redirected],
    ["startretries", start.retries === "unlimited" ? unlimited : start.retries],
    ["startsecs", wholeSeconds(start.stableAfterMs)],
    ...sinkMembers("stdout", logs.stdout, path("stdout")),
    ["stopsignal", signalNumber(stop.signal) ?? 0],
    ["stopwaitsecs", wholeSeconds(stop.timeoutMs)],
    ...sinkMembers("stderr", logs.stderr === "stdout" ? noSink : logs.stderr, path("stderr")),
    ["serverurl", serverUrlOf(spec)]
  ])
}

const sinkMembers = (
  channel: "stdout" | "stderr",
  sink: LogSink,
  path: string
): ReadonlyArray<readonly [string, XmlRpcValue]> => [
  [`${channel}_capture_maxbytes`, sink.captureMaxBytes],
  [`${channel}_events_enabled`, sink.events],
  [`${channel}_logfile`, path],
  [`${channel}_logfile_backups`, sink.backups],
  [`${channel}_logfile_maxbytes`, sink.maxBytes],
  [`${channel}_syslog`, sink.syslog]
]

/** What supervisord shows where stderr goes the way of stdout and nothing is said about it. */
const noSink: LogSink = {
  file: "none",
  maxBytes: 50 * 1024 * 1024,
  backups: 10,
  syslog: false,
  stripAnsi: false,
  captureMaxBytes: 0,
  events: false
}

/** The largest int of XML-RPC. */
const unlimited = 2 ** 31 - 1

const wholeSeconds = (ms: number): number => Math.round(ms / 1000)

const serverUrlOf = ({ definition }: InstanceSpec): string => {
  const url = definition.environment["SUPERVISOR_SERVER_URL"]
  return typeof url === "string" ? url : "none"
}

const uidsOf = (users: Users["Service"], groups: ReadonlyArray<GroupContent>) =>
  Effect.gen(function* () {
    const names = new Set<string>()
    for (const { definition } of groups.flatMap(({ programs }) =>
      programs.flatMap(({ instances }) => instances)
    )) {
      if (definition.user !== null) names.add(definition.user)
    }
    const uids = new Map<string, number>()
    for (const name of names) {
      const found = yield* users.find(name)
      if (found !== null) uids.set(name, found.uid)
    }
    return uids
  })
