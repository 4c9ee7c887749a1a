/** Where the output of an instance goes: its sinks in the log plane, from its specification. */
import * as Effect from "effect/Effect"
import { autoLogName } from "../core/logName.ts"
import type { LogSink } from "../domain/Definition.ts"
import type { InstanceSpec } from "../domain/Instance.ts"
import type { Channel, SinkFailure, SinkId, SinkSpec } from "../logs/LogPlane.ts"
import type { Workshop } from "./Workshop.ts"

/** The channels that have a sink of their own: stderr has none where it goes where stdout goes. */
export const channelsOf = (spec: InstanceSpec): ReadonlyArray<Channel> =>
  spec.definition.logs.stderr === "stdout" ? ["stdout"] : ["stdout", "stderr"]

export const sinkId = (spec: InstanceSpec, channel: Channel): SinkId => ({
  instance: spec.key,
  channel
})

/** Defines or changes all sinks of an instance. */
export const configureSinks = (
  shop: Workshop,
  spec: InstanceSpec,
  openAs: SinkSpec["openAs"]
): Effect.Effect<void, SinkFailure> =>
  Effect.forEach(
    channelsOf(spec),
    (channel) => {
      const { stdout, stderr } = spec.definition.logs
      const settings = channel === "stdout" || stderr === "stdout" ? stdout : stderr
      return shop.logs.configure(sinkId(spec, channel), {
        label: spec.address,
        path: pathOf(shop, spec, channel, settings),
        settings,
        protocol: channel === "stdout" && spec.definition.listener !== null,
        openAs
      })
    },
    { discard: true }
  )

const pathOf = (
  shop: Workshop,
  spec: InstanceSpec,
  channel: Channel,
  { file }: LogSink
): string | null => {
  if (file === "none") return null
  if (file === "auto") return `${shop.logDirectory}/${autoLogName(spec.address, channel)}`
  return file.path.startsWith("/") ? file.path : `${shop.host.directory}/${file.path}`
}
