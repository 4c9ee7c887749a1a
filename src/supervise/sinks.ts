/** Where the output of an instance goes: its sinks in the log plane, from its specification. */
import * as Effect from "effect/Effect"
import { ownKey } from "../core/besideKey.ts"
import { autoLogName } from "../core/logName.ts"
import type { LogSink } from "../domain/Definition.ts"
import type { InstanceSpec } from "../domain/Instance.ts"
import type { Channel, SinkFailure, SinkId, SinkSpec } from "../logs/LogPlane.ts"
import type { Workshop } from "./Workshop.ts"

/** The channels that have a sink of their own: stderr has none where it goes where stdout goes. */
export const channelsOf = (spec: InstanceSpec): ReadonlyArray<Channel> =>
  spec.definition.logs.stderr === "stdout" ? ["stdout"] : ["stdout", "stderr"]

/** What stands beside the process of an instance writes where that does. */
export const sinkId = (spec: InstanceSpec, channel: Channel): SinkId => ({
  instance: ownKey(spec.key),
  channel
})

/** Defines or changes all sinks of an instance. "nowhere": as if it had no log. */
export const configureSinks = (
  shop: Workshop,
  spec: InstanceSpec,
  openAs: SinkSpec["openAs"],
  to: "its file" | "nowhere" = "its file"
): Effect.Effect<void, SinkFailure> =>
  Effect.forEach(
    channelsOf(spec),
    (channel) =>
      Effect.flatMap(sinkSpec(shop, spec, channel, openAs), (sink) =>
        shop.logs.configure(
          sinkId(spec, channel),
          to === "nowhere" ? { ...sink, path: null } : sink
        )
      ),
    { discard: true }
  )

/**
 * What supervisord's clients know of the logs of a process that was not started: where they are, and files with names of its own
 * choice exist. One that cannot be created says so when the program is started.
 */
export const declareSinks = (shop: Workshop, spec: InstanceSpec): Effect.Effect<void> =>
  shop.autoLogNames === null
    ? Effect.void
    : Effect.forEach(
        channelsOf(spec),
        (channel) =>
          Effect.flatMap(sinkSpec(shop, spec, channel, null), (sink) =>
            sink.settings.file === "auto"
              ? Effect.ignore(shop.logs.configure(sinkId(spec, channel), sink))
              : shop.logs.declare(sinkId(spec, channel), sink)
          ),
        { discard: true }
      )

export const sinkSpec = Effect.fnUntraced(function* (
  shop: Workshop,
  spec: InstanceSpec,
  channel: Channel,
  openAs: SinkSpec["openAs"]
): Effect.fn.Return<SinkSpec> {
  const settings = settingsOf(spec, channel)
  // Supervisord's own files are its user's, whoever runs the program.
  const own = settings.file === "auto" && shop.autoLogNames !== null
  if (own) yield* shop.autoLogNames.choose(spec, channel)
  return {
    label: labelOf(shop, spec),
    path: sinkPath(shop, spec, channel),
    settings,
    protocol: channel === "stdout" && spec.definition.listener !== null,
    openAs: own ? null : openAs
  }
})

const settingsOf = (spec: InstanceSpec, channel: Channel): LogSink => {
  const { stdout, stderr } = spec.definition.logs
  return channel === "stdout" || stderr === "stdout" ? stdout : stderr
}

/** Before lines in syslog and the mirror: supervisord names the process without its group. */
export const labelOf = (shop: Workshop, spec: InstanceSpec): string =>
  shop.autoLogNames === null ? spec.address : spec.name

/** Where the channel's log is, whether it was written yet or not; null: no file of its own. */
export const sinkPath = (shop: Workshop, spec: InstanceSpec, channel: Channel): string | null => {
  if (!channelsOf(spec).includes(channel)) return null
  const { file } = settingsOf(spec, channel)
  if (file === "none") return null
  if (file === "auto")
    return shop.autoLogNames === null
      ? `${shop.logDirectory}/${autoLogName(spec.address, channel)}`
      : shop.autoLogNames.pathOf(spec, channel)
  return file.path.startsWith("/") ? file.path : `${shop.host.directory}/${file.path}`
}
