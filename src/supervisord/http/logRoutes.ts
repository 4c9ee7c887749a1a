/**
 * `/logtail/⟨namespec⟩[/stdout|/stderr]` and `/mainlogtail`: the end of a log, then what is added to it, without an end
 * (supervisord.md 4.8). Clients of HTTP/1.0 get it as it comes, too.
 */
import * as Effect from "effect/Effect"
import { followFile } from "../../logs/followFile.ts"
import type { Channel } from "../../logs/LogPlane.ts"
import { onceThere } from "../../logs/onceThere.ts"
import { Files } from "../../os/Files.ts"
import { Supervisor } from "../../supervise/Supervisor.ts"
import type { HttpResponse, HttpRoute } from "../HttpRoute.ts"
import { SupervisordControl } from "../SupervisordControl.ts"
import { errorPage } from "./errorPage.ts"

export const logtailRoute: Effect.Effect<HttpRoute, never, Supervisor | Files> = Effect.gen(
  function* () {
    const supervisor = yield* Supervisor
    const files = yield* Files
    const logOf = ({ group, process, channel }: Asked): string | null => {
      const found = supervisor
        .peek()
        .find(({ spec }) => spec.group === group && spec.name === process)
      return found === undefined ? null : supervisor.logPath(found.spec, channel)
    }
    return {
      matches: (path) => path.startsWith("/logtail"),
      answer: ({ method, path }) =>
        Effect.suspend(() => {
          if (method !== "GET") return Effect.succeed(errorPage(400))
          const asked = readPath(path)
          const log = asked === null ? null : logOf(asked)
          return follow(files, log, [["X-Accel-Buffering", "no"]])
        })
    }
  }
)

export const mainlogtailRoute: Effect.Effect<HttpRoute, never, SupervisordControl | Files> =
  Effect.gen(function* () {
    const control = yield* SupervisordControl
    const files = yield* Files
    return {
      matches: (path) => path.startsWith("/mainlogtail"),
      answer: ({ method }) =>
        method === "GET"
          ? Effect.suspend(() => follow(files, control.logfile(), []))
          : Effect.succeed(errorPage(400))
    }
  })

interface Asked {
  readonly group: string
  readonly process: string
  readonly channel: Channel
}

/** Null: it can name nothing. */
const readPath = (path: string): Asked | null => {
  const [, namespec = "", ...rest] = decoded(path).replace(/^\/+/, "").split("/")
  const channel = rest.length === 0 ? "stdout" : rest.join("/")
  if (channel !== "stdout" && channel !== "stderr") return null
  const colon = namespec.indexOf(":")
  if (colon === -1) return { group: namespec, process: namespec, channel }
  return { group: namespec.slice(0, colon), process: namespec.slice(colon + 1), channel }
}

const decoded = (path: string): string => {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}

const follow = (
  files: Files["Service"],
  path: string | null,
  headers: ReadonlyArray<readonly [string, string]>
): Effect.Effect<HttpResponse> => {
  if (path === null) return Effect.succeed(errorPage(404))
  return Effect.gen(function* () {
    const facts = yield* onceThere(Effect.orElseSucceed(files.stat(path), () => null))
    if (facts === null) return errorPage(404)
    const body = yield* followFile(path)
    return {
      status: 200,
      headers: [
        ["Last-Modified", httpDate(facts.modifiedAt)] as const,
        ["Content-Type", "text/plain;charset=utf-8"] as const,
        ...headers
      ],
      body
    }
  }).pipe(Effect.catchTag("FileAbsent", () => Effect.succeed(errorPage(404))))
}

/** `modifiedAt` in milliseconds. */
const httpDate = (modifiedAt: number): string => new Date(modifiedAt).toUTCString()
