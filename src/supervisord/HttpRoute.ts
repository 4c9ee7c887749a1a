/** One route of the HTTP servers (supervisord.md 4.1, 8). Routes are asked in order; the first that knows the path answers. */
import type * as Effect from "effect/Effect"
import type * as Stream from "effect/Stream"

export interface HttpRequest {
  /** Upper case. */
  readonly method: string
  /** Path as it came, percent-encoded, without the query. */
  readonly path: string
  /** Behind the `?`, as it came; empty: none. */
  readonly query: string
  /** Lower-case names. */
  readonly headers: ReadonlyMap<string, string>
  /** At most the server's limit of bytes. */
  readonly body: Uint8Array
  /** Whether the request came over a unix socket. */
  readonly local: boolean
}

export interface HttpResponse {
  readonly status: number
  /** In the order in which they are sent, behind Server and Date. Content-Length is added. */
  readonly headers: ReadonlyArray<readonly [string, string]>
  /** A stream is sent in chunks, without an end while it lives. */
  readonly body: string | Uint8Array | Stream.Stream<Uint8Array>
}

export interface HttpRoute {
  /** Of a path with its percent-encoding undone. */
  readonly matches: (path: string) => boolean
  /** A defect is answered with 500. */
  readonly answer: (request: HttpRequest) => Effect.Effect<HttpResponse>
}
