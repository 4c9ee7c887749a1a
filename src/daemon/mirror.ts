/** The output of all programs on standard output, line by line with the instance's name; what is not read is dropped. */
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { type LineAssembler, makeLineAssembler } from "../core/LineAssembler.ts"
import { labelWidth, renderLogLine } from "../core/renderLogLine.ts"
import { type Chunk, LogPlane } from "../logs/LogPlane.ts"
import { ConsoleWriter } from "../os/ConsoleWriter.ts"

export const mirror = Effect.fnUntraced(function* (options: { readonly colour: boolean }) {
  const plane = yield* LogPlane
  const screen = yield* ConsoleWriter
  const render = makeRenderer(options.colour)
  const chunks = yield* plane.follow("all")
  yield* Stream.runForEach(chunks, (chunk) => Effect.sync(() => screen.out(render(chunk))))
}, Effect.scoped)

/** Whole lines only, so that two programs never share one. The column grows with the names seen. */
const makeRenderer = (colour: boolean) => {
  const sinks = new Map<string, LineAssembler>()
  const decoder = new TextDecoder()
  let width = 0
  return (chunk: Chunk): string => {
    const { channel, instance } = chunk.sink
    const id = `${channel} ${instance}`
    const assembler = sinks.get(id) ?? makeLineAssembler()
    sinks.set(id, assembler)
    width = Math.max(width, labelWidth([chunk.label]))
    const style = { labelWidth: width, colour, prefix: true }
    return assembler
      .push(chunk.bytes)
      .map((bytes) => {
        const text = decoder.decode(bytes).replace(/\r$/, "")
        return `${renderLogLine({ label: chunk.label, channel, text }, style)}\n`
      })
      .join("")
  }
}
