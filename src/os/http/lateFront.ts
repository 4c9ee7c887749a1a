/** Requests to the paths of supervisord's clients, kept waiting until there is somebody to answer them. */
import type { TakeRequest } from "./httpFront.ts"

export interface LateFront {
  /** Whether it takes the request. */
  readonly take: (...request: Parameters<TakeRequest>) => boolean
  /** Those who wait are answered, and all others from now on. */
  readonly open: (take: TakeRequest) => void
}

export const lateFront = (): LateFront => {
  let taking: TakeRequest | null = null
  let waiting: ReadonlyArray<Parameters<TakeRequest>> = []
  return {
    take: (request, response) => {
      const { url = "" } = request
      if (url.startsWith("/v1") || !prefixes.some((prefix) => url.startsWith(prefix))) return false
      if (taking === null) waiting = [...waiting, [request, response]]
      else taking(request, response)
      return true
    },
    open: (take) => {
      taking = take
      const before = waiting
      waiting = []
      for (const [request, response] of before) if (!response.destroyed) take(request, response)
    }
  }
}

const prefixes = ["/RPC2", "/logtail", "/mainlogtail"]

/** Where answering could not begin. */
export const unavailable: TakeRequest = (_request, response) => {
  response.writeHead(503, { connection: "close" }).end()
}
