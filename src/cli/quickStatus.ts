/**
 * `reeve status` without a runtime, as people and scripts ask for it: one question, one answer, the text. It prints nothing until
 * it has all that there is to print; whatever is unusual (no daemon, another version of one, a name that is unknown) it leaves to
 * the command itself, which knows what to say.
 */
import type { StatusAnswer } from "../api/messages.ts"
import { readStatusWords } from "../core/statusWords.ts"
import { findPaths, isRefusal } from "../os/findPaths.ts"
import { sendRequest, wholeAnswer } from "../os/http/httpSocket.ts"
import { localDateTime } from "../os/localTime.ts"
import { wallClock } from "../os/wallClock.ts"
import { exitCodes } from "./exitCodes.ts"
import { isHealthy } from "./render/status.ts"
import { statusReport } from "./render/statusReport.ts"
import { wantsColour } from "./render/style.ts"

/** The exit code; null: nothing was done. `words`: behind the name of the command. */
export const quickStatus = async (words: ReadonlyArray<string>): Promise<number | null> => {
  const asked = readStatusWords(words)
  if (asked === null) return null
  const directory = process.cwd()
  const paths = findPaths({
    stateDirectory: asked.stateDirectory,
    socket: asked.socket,
    directory,
    environment: new Map(
      Object.entries(process.env).map(([name, value]) => [name, value ?? ""] as const)
    ),
    uid: process.getuid?.() ?? 0,
    entries: null
  })
  const answer = isRefusal(paths) ? null : await ask(paths.socket, asked.names)
  if (answer === null) return null
  const colour = wantsColour({
    choice: asked.color,
    isTerminal: process.stdout.isTTY === true,
    variable: (name) => process.env[name]
  })
  const { notes, table } = statusReport(answer, {
    colour,
    directory,
    dateTime: localDateTime,
    now: wallClock()
  })
  const unhealthy = asked.check && !answer.instances.every(isHealthy)
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", () => process.exit(process.exitCode ?? 0))
  }
  if (table !== null) process.stdout.write(`${table}\n`)
  if (notes.length > 0) process.stderr.write(`${notes.join("\n")}\n`)
  return unhealthy ? exitCodes.unhealthy : exitCodes.done
}

const ask = async (socket: string, names: ReadonlyArray<string>): Promise<StatusAnswer | null> => {
  const query = names.map((name) => `name=${encodeURIComponent(name)}`).join("&")
  const { status, text } = await wholeAnswer(
    sendRequest({
      place: { kind: "unix", path: socket },
      method: "GET",
      path: query === "" ? "/v1/status" : `/v1/status?${query}`,
      headers: { Connection: "close" },
      body: null
    })
  )
  const answer: unknown = status === 200 ? JSON.parse(text) : null
  return isAnswer(answer) ? answer : null
}

/** Whoever writes this format writes all of it. */
const isAnswer = (answer: unknown): answer is StatusAnswer =>
  typeof answer === "object" && answer !== null && "format" in answer && answer.format === 1
