/** Rows 55 to 65 of supervisord.md 12 that are about listeners, sockets, servers and the daemon; the others are in iniVectors. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type { ImportedSupervisord } from "../../src/config/importSupervisord.ts"
import { boot, main, refusal } from "./iniMachine.ts"

const files = (text: string) => ({ files: { [main]: `[supervisord]\n${text}` } })

const refused = (row: string, text: string, expected: string) =>
  it.effect(row, () =>
    Effect.map(refusal(files(text)), (found) => {
      assert.strictEqual(found, expected)
    })
  )

const means = <A>(
  row: string,
  text: string,
  pick: (found: ImportedSupervisord) => A,
  expected: A
) =>
  it.effect(row, () =>
    Effect.map(boot(files(text)), (found) => {
      assert.deepEqual(pick(found), expected)
    })
  )

describe("listeners, sockets and servers (rows 55 to 65)", () => {
  const listener = (line: string) => `[eventlistener:l]\ncommand=/bin/cat\n${line}\n`
  const fastCgi = (...lines: ReadonlyArray<string>) =>
    `[fcgi-program:f]\ncommand=/bin/cat\n${lines.join("\n")}\n`
  refused(
    "55: a listener says which events it wants",
    listener(""),
    '[eventlistener:l] section requires an "events" line'
  )
  refused(
    "56: an event is one that exists",
    listener("events=FOO"),
    "Unknown event type FOO in [eventlistener:l] events"
  )
  refused(
    "56: a buffer has room for one event at least",
    listener("events=TICK_5\nbuffer_size=0"),
    "[eventlistener:l] section sets invalid buffer_size (0)"
  )
  refused(
    "60: a port ends at 65535",
    fastCgi("socket=tcp://localhost:99999"),
    "99999 is above upper bound (65535) in [fcgi-program:f] socket"
  )
  refused(
    "60: a socket is a path or an address",
    fastCgi("socket=foo"),
    "('Bad socket format %s', 'foo') in [fcgi-program:f] socket"
  )
  refused(
    "60: a socket's path is absolute",
    fastCgi("socket=unix://x"),
    "('Unix socket path %s is not an absolute path', 'x') in [fcgi-program:f] socket"
  )
  refused(
    "60: only a Unix socket has a mode",
    fastCgi("socket=tcp://localhost:1", "socket_mode=0700"),
    "socket_owner and socket_mode params should only be used with a Unix domain socket in " +
      "[fcgi-program:f] socket"
  )
  refused("61: a port begins at 1", "[inet_http_server]\nport=0\n", "not a valid port number: '0' ")
  means(
    "62: a star is all interfaces",
    "[inet_http_server]\nport=*:9001\n",
    ({ config }) => [
      config.serverUrl,
      config.servers.map((server) => (server.kind === "inet" ? [server.host, server.port] : null))
    ],
    ["http://localhost:9001", [["", 9001]]]
  )
  refused(
    "63: a username wants a password",
    "[inet_http_server]\nport=9001\nusername=u\n",
    "Section [inet_http_server] contains incomplete authentication: If a username or a password " +
      "is specified, both the username and password must be specified"
  )
  means(
    "64: a password may be a hash",
    "[inet_http_server]\nport=9001\nusername=u\npassword={SHA}7110eda4d09e062aa5e4a390b0a572ac0d2c0220\n",
    ({ config }) => config.servers.map(({ username, password }) => [username, password]),
    [["u", "{SHA}7110eda4d09e062aa5e4a390b0a572ac0d2c0220"]]
  )
  refused("65: warning is no level", "loglevel=warning\n", "bad logging level name 'warning'")
  means(
    "65: a level is one in any case",
    "loglevel=WARN\n",
    ({ config }) => config.settings.loglevel,
    "warn"
  )
})
