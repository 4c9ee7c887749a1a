/**
 * One request of an HTTP probe: a connection of its own, no redirections, at most 64 KiB of the answer. Interrupting it closes
 * the connection; what comes later is heard by nobody.
 */
import type { ClientRequest, IncomingMessage, RequestOptions } from "node:http"
import * as Effect from "effect/Effect"
import { isExpectedStatus } from "../../core/statusRange.ts"
import type { Look, TextPattern } from "../../domain/Probe.ts"
import { makeMatcher } from "../boundedMatch.ts"
import { errnoOf } from "../errnoOf.ts"
import { lookup } from "./lookup.ts"
import { answerBytes, matchMs, type Seen } from "./Seen.ts"

type HttpLook = Look & { readonly kind: "http" }

export const httpLook = (probe: HttpLook): Effect.Effect<Seen> =>
  Effect.promise(() =>
    probe.url.startsWith("https:") ? import("node:https") : import("node:http")
  ).pipe(Effect.flatMap(({ request }) => ask(probe, request)))

type Request = (url: URL, options: RequestOptions) => ClientRequest

const ask = (probe: HttpLook, request: Request): Effect.Effect<Seen> =>
  Effect.callback<Seen>((resume) => {
    const url = new URL(probe.url)
    // What stands behind the question mark may be what lets one in.
    const place = `${url.origin}${url.pathname}`
    const failed = (error: unknown) =>
      resume(Effect.succeed({ ok: false, text: `${errnoOf(error)} from ${place}` }))
    try {
      const sent = request(url, optionsOf(probe))
      sent.on("error", failed)
      sent.on("response", (answer) => {
        const said = `${answer.statusCode ?? 0} from ${place}`
        const give = (seen: Seen) => {
          sent.destroy()
          resume(Effect.succeed(seen))
        }
        const fault = headFault(probe, answer)
        if (fault !== null || probe.body === null) {
          give({ ok: fault === null, text: `${said}${fault ?? ""}` })
          return
        }
        const { body } = probe
        read(answer, (text) => give(judged(said, body, text)), failed)
      })
      sent.end()
      return Effect.sync(() => {
        sent.destroy()
      })
    } catch (error) {
      failed(error)
      return Effect.void
    }
  })

const optionsOf = (probe: HttpLook): RequestOptions & { readonly rejectUnauthorized: boolean } => ({
  method: probe.method,
  headers: { "user-agent": "reeve", accept: "*/*", ...probe.headers, connection: "close" },
  agent: false,
  lookup,
  // The program is known by where it listens; its certificate is mostly one of its own.
  rejectUnauthorized: false,
  ...(probe.socket === null ? {} : { socketPath: probe.socket })
})

/** Null: status and headers are as expected. */
const headFault = (probe: HttpLook, answer: IncomingMessage): string | null => {
  if (!isExpectedStatus(answer.statusCode ?? 0, probe.status)) return ""
  for (const [name, part] of Object.entries(probe.expectHeaders)) {
    const value = answer.headers[name.toLowerCase()]
    const values = typeof value === "string" ? value : (value ?? []).join(", ")
    if (value === undefined) return `, without the header ${name}`
    if (!values.includes(part))
      return `, whose header ${name} does not hold ${JSON.stringify(part)}`
  }
  return null
}

const read = (
  answer: IncomingMessage,
  give: (text: string) => void,
  failed: (error: unknown) => void
): void => {
  const pieces: Array<Buffer> = []
  let length = 0
  const done = () => give(Buffer.concat(pieces).subarray(0, answerBytes).toString("utf8"))
  answer.on("data", (piece: Buffer) => {
    pieces.push(piece)
    length += piece.length
    if (length >= answerBytes) done()
  })
  answer.on("end", done)
  answer.on("error", failed)
}

const judged = (said: string, pattern: TextPattern, text: string): Seen => {
  const found = makeMatcher(pattern, matchMs)([text])
  if (found === true) return { ok: true, text: said }
  const what = "contains" in pattern ? JSON.stringify(pattern.contains) : `/${pattern.matches}/`
  return found === "tooLong"
    ? { ok: false, text: `${said}; ${what} takes too long on its body` }
    : { ok: false, text: `${said}, without ${what} in its body` }
}
