/**
 * The web pages of supervisord mode (supervisord.md 8). Unlike supervisord's, nothing changes state without the token that only
 * the status page of this daemon carries, no page is given to a browser that another site has sent, and every text is escaped.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { quoteUrl } from "../../core/html.ts"
import { isForeignOrigin, isKnownHost, urlHost } from "../../core/requestOrigin.ts"
import type { HttpServerSettings } from "../../domain/SupervisordConfig.ts"
import { Host } from "../../os/Host.ts"
import { randomToken } from "../../os/randomToken.ts"
import { isSameSecret } from "../../os/secrets.ts"
import { Supervisor } from "../../supervise/Supervisor.ts"
import type { HttpRequest, HttpResponse, HttpRoute } from "../HttpRoute.ts"
import { errorPage } from "../http/errorPage.ts"
import { Rpc } from "../Rpc.ts"
import { type Action, act, type Hands, readAction } from "./act.ts"
import { type Form, readForm } from "./Form.ts"
import { processRows } from "./ProcessRow.ts"
import { statusPage } from "./pages.ts"
import { stylesheet } from "./stylesheet.ts"
import { tail } from "./tail.ts"

export interface WebOptions {
  readonly servers: ReadonlyArray<HttpServerSettings>
}

interface Pages extends Hands {
  readonly token: string
  /** Names under which this machine is known; null: every server asks for a password, which no other site's name gets. */
  readonly names: ReadonlyArray<string> | null
  /** In the addresses of redirections, for clients that name none. */
  readonly hostname: string
}

/** The token is new with each call: once a daemon. */
export const webRoutes = Effect.fnUntraced(function* (
  options: WebOptions
): Effect.fn.Return<ReadonlyArray<HttpRoute>, never, Rpc | Supervisor | Host> {
  const { hostname } = yield* Host
  const startedAt = yield* Clock.currentTimeMillis
  const pages: Pages = {
    rpc: yield* Rpc,
    supervisor: yield* Supervisor,
    token: randomToken(),
    names: namesOf(options.servers, hostname),
    hostname
  }
  return [
    route(["", "index.html"], (request) => status(pages, request)),
    route(["tail.html"], (request) => showTail(pages, request)),
    route(["ok.html"], () => Effect.succeed(ok)),
    {
      matches: (path) => plain(path) === "stylesheets/supervisor.css",
      answer: (request) => Effect.succeed(styles(request, startedAt))
    }
  ]
})

const namesOf = (servers: WebOptions["servers"], hostname: string) => {
  const open = servers.filter((server) => server.kind === "inet" && !server.username)
  if (open.length === 0) return null
  return [hostname, ...servers.flatMap((server) => (server.kind === "inet" ? [server.host] : []))]
}

const plain = (path: string): string => path.replace(/^\/+/u, "")

/** supervisord's pages know GET and POST; other verbs find a file, of which there is none. */
const route = (
  names: ReadonlyArray<string>,
  answer: (request: HttpRequest) => Effect.Effect<HttpResponse>
): HttpRoute => ({
  matches: (path) => names.includes(plain(path)),
  answer: (request) => {
    if (request.method === "GET" || request.method === "POST") return answer(request)
    return Effect.succeed(errorPage(request.method === "HEAD" ? 404 : 400))
  }
})

const status = Effect.fnUntraced(function* (pages: Pages, request: HttpRequest) {
  if (isUnknownHost(pages, request)) return unknownHost
  const form = readForm(request)
  if (form.action === null) return yield* showStatus(pages, 200, form.message)
  const action = readAction(form.action, form.processname)
  if (action === null) return errorPage(400)
  const refusal = refusalOf(pages, request, form, action)
  if (refusal !== null) return yield* showStatus(pages, 403, refusal)
  return redirect(pages, request, yield* act(pages, action))
})

/** Why the action is not carried out; null: it is. */
const refusalOf = (
  pages: Pages,
  { headers, local }: HttpRequest,
  { token }: Form,
  { kind }: Action
): string | null => {
  if (kind === "refresh") return null
  if (!local && isForeignOrigin(headers.get("origin"), headers.get("host")))
    return `Nothing was done: the request came from a page of another site. ${useButtons}.`
  if (token === null)
    return `Nothing was done: an address alone changes nothing. ${useButtons}, or add ${addToken}.`
  return isSameSecret(token, pages.token)
    ? null
    : `Nothing was done: the token is of another run of the daemon. ${useButtons}.`
}

const useButtons = "Use the buttons of this page"
const addToken = "the token that their forms carry to the request, as token=…"

const showStatus = (
  pages: Pages,
  code: number,
  message: string | null
): Effect.Effect<HttpResponse> =>
  Effect.map(processRows(pages.supervisor), (rows) =>
    html(code, statusPage({ rows, message, token: pages.token }))
  )

const showTail = (pages: Pages, request: HttpRequest): Effect.Effect<HttpResponse> =>
  isUnknownHost(pages, request)
    ? Effect.succeed(unknownHost)
    : Effect.map(tail(pages.rpc, readForm(request)), (page) => html(200, page))

const redirect = (pages: Pages, { headers }: HttpRequest, message: string): HttpResponse => {
  const host = urlHost(headers.get("host") ?? "") ?? pages.hostname
  const location = `http://${host}/?message=${quoteUrl(message)}`
  return errorPage(301, [["Location", location], ...uncached])
}

const isUnknownHost = ({ names }: Pages, { local, headers }: HttpRequest): boolean =>
  !local && names !== null && !isKnownHost(headers.get("host"), names)

const styles = ({ method, headers }: HttpRequest, startedAt: number): HttpResponse => {
  if (method !== "GET" && method !== "HEAD") return errorPage(400)
  const since = Date.parse(headers.get("if-modified-since") ?? "")
  const changed = Math.floor(startedAt / 1000) * 1000
  if (since >= changed) return { status: 304, headers: [], body: "" }
  return {
    status: 200,
    headers: [
      ["Last-Modified", new Date(changed).toUTCString()],
      ["Content-Type", "text/css"],
      ["X-Content-Type-Options", "nosniff"]
    ],
    body: stylesheet
  }
}

const uncached: HttpResponse["headers"] = [
  ["Pragma", "no-cache"],
  ["Cache-Control", "no-cache"],
  ["Expires", "Thu, 01 Jan 1970 00:00:00 GMT"]
]

const guards: HttpResponse["headers"] = [
  [
    "Content-Security-Policy",
    "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
  ],
  ["X-Content-Type-Options", "nosniff"],
  ["X-Frame-Options", "DENY"],
  // With no-referrer, browsers would send `Origin: null` with the page's own forms.
  ["Referrer-Policy", "same-origin"]
]

const html = (code: number, body: string): HttpResponse => ({
  status: code,
  headers: [["Content-Type", "text/html;charset=utf-8"], ...uncached, ...guards],
  body
})

const ok: HttpResponse = { status: 200, headers: [["Content-Type", "text/plain"]], body: "OK" }

const unknownHost: HttpResponse = {
  status: 403,
  headers: [["Content-Type", "text/plain;charset=utf-8"]],
  body: [
    "This server answers only under names that it knows: an IP address, localhost, this machine's name",
    "or the host of its port= setting. Use one of these, or set username= and password= for the server.",
    ""
  ].join("\n")
}
