/**
 * Event streams speak at once: without a first byte no header leaves the server, and a client could not tell "nothing has
 * happened" from "nobody answers". Then a comment now and again finds connections whose other end is gone.
 */
import * as Effect from "effect/Effect"
import * as HttpBody from "effect/http/HttpBody"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Stream from "effect/Stream"

const comment = new TextEncoder().encode(": reeve\n\n")
const pause = "15 seconds"

const opened = (response: HttpServerResponse.HttpServerResponse) => {
  const { body } = response
  if (body._tag !== "Stream" || !body.contentType.startsWith("text/event-stream")) return response
  const beats = Stream.map(Stream.tick(pause), () => comment)
  const stream = Stream.merge(body.stream, beats, { haltStrategy: "left" })
  return HttpServerResponse.setBody(response, HttpBody.stream(stream, body.contentType))
}

/** `Stream.tick` ticks at its start: the first comment opens the stream. */
export const OpenedStreams = HttpRouter.middleware((handled) => Effect.map(handled, opened), {
  global: true
})
