/** The output of all programs on standard output, line by line with the instance's name; what is not read is dropped. */
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { labelWidth, renderLogLine } from "../core/renderLogLine.ts"
import { mirrorLines } from "../logs/logLines.ts"
import { ConsoleWriter } from "../os/ConsoleWriter.ts"

export const mirror = Effect.fnUntraced(function* ({ colour }: { readonly colour: boolean }) {
  const screen = yield* ConsoleWriter
  const lines = yield* mirrorLines
  // The column grows with the names seen.
  let width = 0
  yield* Stream.runForEachArray(lines, (some) =>
    Effect.sync(() => {
      let text = ""
      for (const { label, sink, text: line } of some) {
        width = Math.max(width, labelWidth([label]))
        const style = { labelWidth: width, colour, prefix: true }
        text += `${renderLogLine({ label, channel: sink.channel, text: line }, style)}\n`
      }
      screen.out(text)
    })
  )
}, Effect.scoped)
