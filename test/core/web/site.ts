/** The web pages over a table of methods and processes that a test sets. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { assert } from "vitest"
import type { XmlRpcValue } from "../../../src/core/xmlrpc/XmlRpcValue.ts"
import type { ActualInstance } from "../../../src/domain/Actual.ts"
import type { State } from "../../../src/domain/State.ts"
import type { HttpServerSettings } from "../../../src/domain/SupervisordConfig.ts"
import { Host } from "../../../src/os/Host.ts"
import { nothingAdopted, Supervisor } from "../../../src/supervise/Supervisor.ts"
import type { HttpRequest, HttpResponse, HttpRoute } from "../../../src/supervisord/HttpRoute.ts"
import { Rpc, RpcFault } from "../../../src/supervisord/Rpc.ts"
import { webRoutes } from "../../../src/supervisord/web/webRoutes.ts"
import { running } from "../planning/world.ts"
import { specOf } from "../specOf.ts"

const host = Layer.succeed(Host, {
  platform: "linux",
  hostname: "build-7",
  pid: 1,
  environment: new Map(),
  directory: "/",
  umask: 0o22,
  cpus: 1,
  memoryBytes: 0
})

export const process = (
  group: string,
  name: string,
  state: State,
  spawnError = ""
): ActualInstance => ({
  ...running(specOf({ group, name }), 7),
  state,
  spawnError
})

export const open: ReadonlyArray<HttpServerSettings> = [
  {
    kind: "inet",
    section: "inet_http_server",
    username: null,
    password: null,
    host: "box.lan",
    port: 9001
  }
]

interface Setting {
  readonly rows?: ReadonlyArray<ActualInstance>
  /** By method; what is absent succeeds. */
  readonly faults?: Readonly<Record<string, readonly [number, string]>>
  readonly answers?: Readonly<Record<string, XmlRpcValue>>
  readonly servers?: ReadonlyArray<HttpServerSettings>
}

/** The pages over a table of methods that notes what was called. */
export const site = Effect.fnUntraced(function* (setting: Setting = {}) {
  const calls: Array<string> = []
  const rpc = Layer.succeed(Rpc, {
    call: (method, params) =>
      Effect.suspend((): Effect.Effect<XmlRpcValue, RpcFault> => {
        const name = method.replace("supervisor.", "")
        calls.push([name, ...params].join(" "))
        const fault = setting.faults?.[name]
        if (fault !== undefined)
          return Effect.fail(new RpcFault({ code: fault[0], text: fault[1] }))
        return Effect.succeed(setting.answers?.[name] ?? true)
      })
  })
  const supervisor = Layer.mock(Supervisor, {
    adoption: nothingAdopted,
    snapshot: Effect.succeed(setting.rows ?? [process("cat", "cat", "RUNNING")]),
    peek: () => [],
    beginCommand: () => 0,
    turnOf: (key) => key,
    logPath: () => null
  })
  const routes = yield* webRoutes({ servers: setting.servers ?? open }).pipe(
    Effect.provide(Layer.mergeAll(rpc, supervisor, host))
  )
  const ask = (path: string, more: Partial<HttpRequest> = {}) => answer(routes, path, more)
  const token = Effect.map(
    ask("/", { local: true }),
    ({ body }) => /name="token" value="([0-9a-f]{32})"/.exec(String(body))?.[1] ?? "none"
  )
  return { ask, calls, token: yield* token }
})

const answer = (
  routes: ReadonlyArray<HttpRoute>,
  address: string,
  more: Partial<HttpRequest>
): Effect.Effect<HttpResponse> => {
  const [path = "", query = ""] = address.split("?")
  const route = routes.find(({ matches }) => matches(path))
  const request: HttpRequest = {
    method: "GET",
    path,
    query,
    headers: new Map([["host", "127.0.0.1:9001"]]),
    body: new Uint8Array(0),
    local: false,
    ...more
  }
  return route?.answer(request) ?? Effect.succeed({ status: 404, headers: [], body: "no route" })
}

export const post = (
  fields: Readonly<Record<string, string>>,
  headers: Iterable<readonly [string, string]> = []
) => ({
  method: "POST",
  body: Buffer.from(new URLSearchParams(fields).toString()),
  headers: new Map([["host", "127.0.0.1:9001"] as const, ...headers])
})

export const header = (response: HttpResponse, name: string): string | undefined =>
  response.headers.find(([key]) => key === name)?.[1]

/** The sentence that the redirection carries. */
export const messageOf = (response: HttpResponse): string => {
  assert.strictEqual(response.status, 301)
  const location = header(response, "Location") ?? ""
  assert.match(location, /^http:\/\/127\.0\.0\.1:9001\/\?message=[\w.~/%-]*$/)
  return decodeURIComponent(location.split("message=")[1] ?? "")
}
