/**
 * Talks to the daemon for a command, and turns what can go wrong into a sentence and an exit code. Between two daemons nobody
 * listens: where the lock says that there is a keeper the next one is waited for.
 */
import * as Effect from "effect/Effect"
import {
  type Attempt,
  type Client,
  type ClientError,
  makeClient,
  type UnexpectedAnswer
} from "../api/client.ts"
import { renderProblems } from "../core/renderProblems.ts"
import { CliFailure } from "./CliFailure.ts"
import { exitCodes } from "./exitCodes.ts"
import { pathsOfCommand } from "./pathsOfCommand.ts"

/** Runs with a client; every failure of the API becomes a CliFailure. */
export const withDaemon = <A, E, R>(
  use: (client: Client, socket: string) => Effect.Effect<A, E | ClientError, R>
) =>
  Effect.flatMap(pathsOfCommand(null), ({ socket, stateDirectory }) =>
    Effect.catchIf(
      use(makeClient(socket, patiently(stateDirectory)), socket),
      isClientError,
      (error) => Effect.fail(clientFailure(error, socket))
    )
  )

/** Longer than a daemon takes to come up on a busy machine. */
const comingMs = 10_000
const lookEveryMs = 50

const patiently = (stateDirectory: string): Attempt => {
  let left = comingMs / lookEveryMs
  const attempt: Attempt = (request) =>
    Effect.catchIf(
      request,
      // Nothing was sent: whoever listens next has not heard of it.
      ({ errno }) => (errno === "ECONNREFUSED" || errno === "ENOENT") && left > 0,
      (failed) =>
        Effect.flatMap(isHeld(stateDirectory), (held) => {
          if (!held) return Effect.fail(failed)
          left -= 1
          return Effect.andThen(Effect.sleep(lookEveryMs), attempt(request))
        })
    )
  return attempt
}

const isHeld = (stateDirectory: string): Effect.Effect<boolean> =>
  Effect.map(
    // Native calls are loaded, which most commands never need.
    Effect.promise(() => import("../os/Lock.ts")),
    ({ lockHolder }) => lockHolder(stateDirectory) !== "free"
  )

const clientTags: ReadonlySet<string> = new Set<ClientError["_tag"]>([
  "UnknownName",
  "UnknownGeneration",
  "LoadRejected",
  "PlanIsStale",
  "PlanIsHeld",
  "BadRequest",
  "NoRevision",
  "Refused",
  "StoreTrouble",
  "ConnectionFailure",
  "UnexpectedAnswer"
])

const isClientError = <E>(error: E | ClientError): error is ClientError =>
  typeof error === "object" &&
  error !== null &&
  "_tag" in error &&
  clientTags.has(String(error._tag))

const clientFailure = (error: ClientError, socket: string): CliFailure => {
  switch (error._tag) {
    case "UnknownName":
      return failure(error.message, "reeve status lists them all.", exitCodes.failed)
    case "UnknownGeneration":
    case "NoRevision":
      return failure(error.message, null, exitCodes.failed)
    case "LoadRejected":
      return failure(
        error.message,
        renderProblems(error.problems, { color: false }),
        exitCodes.failed
      )
    case "PlanIsStale":
      return failure(error.message, "Make it again: reeve plan --out FILE", exitCodes.stalePlan)
    case "PlanIsHeld":
      return failure(`Held: ${error.message}`, null, exitCodes.held)
    case "BadRequest":
      return failure(error.message, null, exitCodes.usage)
    case "Refused":
      return failure(`Refused: ${error.message}`, null, exitCodes.held)
    case "StoreTrouble":
      return failure(error.message, null, exitCodes.failed)
    case "UnexpectedAnswer":
      return failure(
        `${socket} did not answer as this version of reeve expects: ${unexpected(error)}.`,
        "Is the daemon of another version? Stop it with its own reeve down, or restart it.",
        exitCodes.failed
      )
    case "ConnectionFailure":
      return connectionFailure(error.errno, socket)
  }
}

/** A well-formed answer of another version is long, and says nothing to anybody. */
const unexpected = ({ path, status, text }: UnexpectedAnswer): string =>
  status === 200 || text.trim() === ""
    ? `${status} to ${path}`
    : `${status} to ${path}, ${text.slice(0, 200)}`

const connectionFailure = (errno: string, socket: string): CliFailure => {
  if (errno === "EACCES" || errno === "EPERM") {
    return failure(
      `Not allowed to talk to the daemon at ${socket}: it belongs to another user.`,
      "Run the command as that user.",
      exitCodes.lockOrNoDaemon
    )
  }
  if (errno === "ECONNRESET" || errno === "EPIPE") {
    return failure(
      `The daemon at ${socket} ended the connection; it is stopping, or it died.`,
      null,
      exitCodes.lockOrNoDaemon
    )
  }
  return failure(
    `No reeve runs here: nothing answers at ${socket} (${errno}).`,
    "Start it with: reeve up -d   (or name another one with --socket or --state-dir)",
    exitCodes.lockOrNoDaemon
  )
}

const failure = (text: string, hint: string | null, code: number) =>
  new CliFailure({ text, hint, code })
