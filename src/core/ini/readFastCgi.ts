/** What `[fcgi-program:x]` has besides a program's keys (supervisord.md 1.14), in supervisord's order. */
import * as Result from "effect/Result"
import type { ListeningSocket } from "../../domain/ListeningSocket.ts"
import type { IniContext } from "./IniContext.ts"
import { portNumber } from "./inetAddress.ts"
import { withoutDots } from "./pathTypes.ts"
import { type Names, namesOf } from "./percentFormat.ts"
import { repr } from "./pythonText.ts"
import type { SectionReader } from "./SectionReader.ts"
import { ownerNamed, userNamed } from "./userAndGroup.ts"
import { integer, octal, type Read } from "./valueTypes.ts"

/** Null: the socket is wrong. `names` are those of groups; the socket may name its program, too. */
export const readFastCgi = (
  reader: SectionReader,
  program: string,
  names: Names,
  { facts }: IniContext
): ListeningSocket | null => {
  const where = `[${reader.section.name}]`
  reader.value("user", names, (text) => userNamed(text, facts), null)
  const backlog = reader.value("socket_backlog", names, readBacklog, null)
  const owner = reader.value(
    "socket_owner",
    names,
    (text) =>
      Result.mapBoth(ownerNamed(text, facts), {
        onSuccess: () => text,
        onFailure: () => `Invalid socket_owner value ${text}`
      }),
    null
  )
  const mode = reader.value(
    "socket_mode",
    names,
    (text) => Result.mapError(octal(text), () => `Invalid socket_mode value ${text}`),
    null
  )
  const own = new Map([["program_name", program]])
  const socket = reader.text("socket", both(names, own))
  if (socket === "" || (socket === null && reader.raw("socket") === null)) {
    reader.fail("socket", `${where} section requires a "socket" line`)
  }
  if (!socket) return null
  const read = parseSocket(socket, { owner, mode, backlog })
  return reader.accept(
    "socket",
    Result.mapError(read, (text) => `${text} in ${where} socket`),
    null
  )
}

const both = (names: Names, own: ReadonlyMap<string, string>): Names => {
  const named = namesOf(own)
  return {
    get: (name) => named.get(name) ?? names.get(name),
    list: () => new Set([...named.list(), ...names.list()])
  }
}

const readBacklog = (text: string): Read<number> =>
  Result.flatMap(integer(text), (backlog) =>
    backlog < 1 || backlog > 65535
      ? Result.fail(`Invalid socket_backlog value ${backlog}`)
      : Result.succeed(backlog)
  )

interface SocketOptions {
  readonly owner: string | null
  readonly mode: number | null
  readonly backlog: number | null
}

const parseSocket = (
  text: string,
  { backlog, mode, owner }: SocketOptions
): Read<ListeningSocket> => {
  if (text.startsWith("unix://")) {
    const path = text.slice("unix://".length)
    if (!path.startsWith("/")) {
      return Result.fail(pair("Unix socket path %s is not an absolute path", path))
    }
    return Result.succeed({
      kind: "unix",
      path: withoutDots(path),
      owner,
      mode: mode ?? 0o700,
      backlog
    })
  }
  if (owner !== null || mode !== null) {
    return Result.fail(
      "socket_owner and socket_mode params should only be used with a Unix domain socket"
    )
  }
  const [, host, port] = /^tcp:\/\/([^\s:]+):(\d+)$/.exec(text) ?? []
  if (host === undefined || port === undefined) {
    return Result.fail(pair("Bad socket format %s", text))
  }
  return Result.map(portNumber(port), (number) => ({
    kind: "tcp",
    host: host.toLowerCase(),
    port: number,
    backlog
  }))
}

/** supervisord shows these two messages as the pair that they are in its code. */
const pair = (format: string, value: string): string => `(${repr(format)}, ${repr(value)})`
