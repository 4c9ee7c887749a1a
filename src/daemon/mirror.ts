/**
 * The output of all programs on standard output, line by line with the instance's name; what is not read is dropped. The
 * protocol of listeners is not for people, and stays out.
 */
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { labelWidth, renderLogLine } from "../core/renderLogLine.ts"
import type { InstanceKey } from "../domain/Instance.ts"
import type { SinkId } from "../logs/LogPlane.ts"
import { mirrorLines } from "../logs/logLines.ts"
import { ConsoleWriter } from "../os/ConsoleWriter.ts"
import { Supervisor } from "../supervise/Supervisor.ts"

export const mirror = Effect.fnUntraced(function* ({ colour }: { readonly colour: boolean }) {
  const screen = yield* ConsoleWriter
  const lines = yield* mirrorLines
  // The column grows with the names seen.
  let width = 0
  yield* Stream.runForEachArray(lines, (some) =>
    Effect.map(listenersAmong(some), (listeners) => {
      let text = ""
      for (const { label, sink, text: line } of some) {
        if (sink.channel === "stdout" && listeners.has(sink.instance)) continue
        width = Math.max(width, labelWidth([label]))
        const style = { labelWidth: width, colour, prefix: true }
        text += `${renderLogLine({ label, channel: sink.channel, text: line }, style)}\n`
      }
      if (text !== "") screen.out(text)
    })
  )
}, Effect.scoped)

/** Asked for each batch anew: a save may make a listener of a program, and the other way round. */
const listenersAmong = Effect.fnUntraced(function* (
  lines: ReadonlyArray<{ readonly sink: SinkId }>
) {
  const supervisor = yield* Supervisor
  const found = new Set<InstanceKey>()
  for (const key of new Set(lines.map(({ sink }) => sink.instance))) {
    const isListener = yield* supervisor.get(key).pipe(
      Effect.map(({ spec }) => spec.definition.listener !== null),
      Effect.orElseSucceed(() => false)
    )
    if (isListener) found.add(key)
  }
  return found
})
