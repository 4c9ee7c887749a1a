import { assert, describe, it } from "vitest"
import { decodeAll, fastCgi, group, listener, program, said } from "./evaluated.ts"

const first = (decoded: ReturnType<typeof decodeAll>) => {
  const instance = decoded.programs[0]?.instances[0]
  if (instance === undefined) throw new Error("no instance")
  return instance
}

describe("a listener", () => {
  const hear = (input: object) =>
    decodeAll([listener({ name: "ear", command: "listen", events: ["TICK_60"], ...input })])

  it("has its events once, ten places for them, and a pipe", () => {
    const decoded = hear({ events: ["TICK_60", "PROCESS_STATE", "TICK_60"] })
    assert.deepEqual(said(decoded), [])
    const { definition, groupPriority } = first(decoded)
    assert.deepEqual(definition.listener, { events: ["TICK_60", "PROCESS_STATE"], bufferSize: 10 })
    assert.strictEqual(definition.stdin, "pipe")
    assert.strictEqual(definition.priority, 999)
    assert.strictEqual(groupPriority, -1)
    assert.deepEqual(decoded.groups, [
      { name: "ear", priority: -1, declared: false, programs: ["ear"] }
    ])
  })

  it("has the priority that it is given, for its group as well", () => {
    const { definition, groupPriority } = first(hear({ priority: 5 }))
    assert.deepEqual([definition.priority, groupPriority], [5, 5])
  })

  const faults: ReadonlyArray<readonly [input: object, ...said: ReadonlyArray<string>]> = [
    [
      { events: ["TICK60"] },
      'events[0]: there is no event type "TICK60" (did you mean "TICK_60"?)'
    ],
    [
      { events: ["process_state"] },
      'events[0]: there is no event type "process_state" (did you mean "PROCESS_STATE"?)'
    ],
    [{ events: [5] }, 'events[0]: expected an event type such as "PROCESS_STATE", found 5'],
    [
      { events: [] },
      'events: expected at least one event type such as ["PROCESS_STATE"], found []'
    ],
    [
      { events: "TICK" },
      'events: expected at least one event type such as ["PROCESS_STATE"], found "TICK"'
    ],
    [{ bufferSize: 0 }, "bufferSize: expected a whole number from 1 to 1000000, found 0"],
    [{ bufersize: 5 }, "bufersize: there is no such field (did you mean bufferSize?)"],
    [
      { stdin: "null" },
      "stdin: a listener reads its events there, so its standard input is not set"
    ],
    [
      { logs: { stdout: { syslog: true, capture: "1MB", events: true } } },
      "logs.stdout.syslog: the standard output of a listener is its protocol, and does not go to syslog; use stderr",
      "logs.stdout.capture: the standard output of a listener is its protocol, and nothing is captured from it; use stderr",
      "logs.stdout.events: the standard output of a listener is its protocol, and makes no events; use stderr"
    ],
    [
      { logs: { stderr: "stdout" } },
      "logs.stderr: the standard output of a listener is its protocol, so errors cannot go there; give them a file"
    ]
  ]
  for (const [input, ...sentences] of faults) {
    it(`is refused with ${sentences.join("; ").slice(0, 90)}`, () => {
      assert.deepEqual(said(hear(input)), sentences)
    })
  }

  it("may capture and tell of what it writes to stderr", () => {
    const { definition } = first(hear({ logs: { stderr: { capture: "1MB", events: true } } }))
    const { stderr } = definition.logs
    assert.isTrue(stderr !== "stdout" && stderr.events && stderr.captureMaxBytes === 1_048_576)
  })

  it("needs events", () => {
    assert.deepEqual(said(decodeAll([listener({ name: "ear", command: "listen" })])), [
      "events: is missing"
    ])
  })

  it("is in no declared group", () => {
    const decoded = decodeAll([
      listener({ name: "ear", command: "listen", events: ["EVENT"] }),
      group({ name: "all", programs: ["ear"] })
    ])
    assert.deepEqual(said(decoded), [
      'programs[0]: "ear" is an event listener, and has a group to itself (take it out of the list)'
    ])
  })

  it("cannot have the name of a program", () => {
    const decoded = decodeAll([
      program({ name: "ear", command: "a" }),
      listener({ name: "ear", command: "listen", events: ["EVENT"] })
    ])
    assert.deepEqual(said(decoded), [
      'name: there is another program called "ear", at all.ts:1 (give one of them another name)'
    ])
  })
})

describe("a FastCGI program", () => {
  const work = (socket: unknown, more: object = {}) =>
    decodeAll([fastCgi({ name: "app", command: "work", socket, ...more })])

  it("has one socket for all its instances, closed to others by default", () => {
    const decoded = work({ path: "run/app.sock" }, { instances: 2 })
    assert.deepEqual(said(decoded), [])
    const sockets = decoded.programs[0]?.instances.map(({ definition }) => definition.fastCgi)
    const socket = {
      kind: "unix",
      path: "/etc/reeve/programs/run/app.sock",
      owner: null,
      mode: 0o700,
      backlog: null
    } as const
    assert.deepEqual(sockets, [socket, socket])
  })

  it("may be in a declared group, and have a host and a port", () => {
    const decoded = decodeAll([
      fastCgi({ name: "app", command: "work", socket: { host: "127.0.0.1", port: 9000 } }),
      group({ name: "shop", programs: ["app"] })
    ])
    assert.deepEqual(said(decoded), [])
    assert.strictEqual(first(decoded).group, "shop")
    assert.deepEqual(first(decoded).definition.fastCgi, {
      kind: "tcp",
      host: "127.0.0.1",
      port: 9000,
      backlog: null
    })
  })

  const example = 'a socket such as { path: "/run/app.sock" } or { host: "127.0.0.1", port: 9000 }'
  const faults: ReadonlyArray<readonly [socket: unknown, ...said: ReadonlyArray<string>]> = [
    ["unix:///run/app.sock", `socket: expected ${example}, found "unix:///run/app.sock"`],
    [
      {},
      'socket: has neither a path nor a host (write { path: "/run/app.sock" } or { host: "127.0.0.1", port: 9000 })'
    ],
    [{ port: 80 }, 'socket.host: is missing (write host: "127.0.0.1")'],
    [{ host: "::1" }, "socket.port: is missing"],
    [
      { path: "/s", port: 80 },
      "socket.port: a socket has a path, or a host and a port (take one away)"
    ],
    [{ host: "::1", port: 80, mode: "0700" }, "socket.mode: only a socket with a path has a mode"],
    [
      { path: "/s", mode: 700 },
      'socket.mode: 700 is a number; write the mode as octal text such as "0700"'
    ],
    [{ path: "/s", mode: "rwx" }, 'socket.mode: expected octal text such as "0700", found "rwx"'],
    [
      { path: "/s", owner: "" },
      'socket.owner: expected a user such as "www-data" or "www-data:web", found ""'
    ],
    [
      { path: "/s", backlog: 0 },
      "socket.backlog: expected a whole number from 1 to 65535, found 0"
    ],
    [{ path: "/s", pth: 1 }, "socket.pth: there is no such field (did you mean socket.path?)"],
    [
      { path: `/${"x".repeat(107)}` },
      `socket.path: the path of a socket has at most 107 bytes: /${"x".repeat(107)}`
    ]
  ]
  for (const [socket, ...sentences] of faults) {
    it(`is refused with ${sentences.join("; ").slice(0, 90)}`, () => {
      assert.deepEqual(said(work(socket)), sentences)
    })
  }

  it("has its socket in place of an input", () => {
    assert.deepEqual(said(work({ path: "/s" }, { stdin: "pipe" })), [
      "stdin: a FastCGI program has its socket there, so its standard input is not set"
    ])
  })
})
