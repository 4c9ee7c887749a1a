/**
 * Requests with large bodies come in a few at a time: a saved plan may hold a whole desired state, and what hundreds of clients
 * could send at once would fill the memory. Others wait with theirs unread; small ones never wait.
 */
import * as ByteSize from "effect/ByteSize"
import * as Effect from "effect/Effect"
import * as HttpIncomingMessage from "effect/http/HttpIncomingMessage"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as Semaphore from "effect/Semaphore"

/** 10,000 instances take about 25 MB. */
const largest = ByteSize.mebibytes(64)
/** All but saved plans stay far below. */
const small = 1024 * 1024
const largeAtOnce = 2

const turns = Semaphore.makeUnsafe(largeAtOnce)

/** Without a length it may become any: such a body counts as large. */
const isSmall = ({ headers }: HttpServerRequest.HttpServerRequest): boolean =>
  headers["transfer-encoding"] === undefined && Number(headers["content-length"] ?? 0) <= small

export const LargeBodies = HttpRouter.middleware(
  (handled) =>
    Effect.flatMap(HttpServerRequest.HttpServerRequest, (request) => {
      const limited = Effect.provideService(handled, HttpIncomingMessage.MaxBodySize, largest)
      return isSmall(request) ? limited : Semaphore.withPermits(turns, 1)(limited)
    }),
  { global: true }
)
