import { assert, describe, it } from "vitest"
import { diffDefinitions } from "../../src/core/diffDefinition.ts"
import { listenAddressText } from "../../src/core/listenAddressText.ts"
import { readListenAddress } from "../../src/core/readListenAddress.ts"
import { socketInput } from "../../src/core/socketInput.ts"
import { socketsOverlap } from "../../src/core/socketsOverlap.ts"
import type { ListeningSocket } from "../../src/domain/ListeningSocket.ts"
import { decodeAll, program, said } from "./evaluated.ts"

const read = (text: string) => readListenAddress(text, (path) => path.replace(/^(?!\/)/, "/dir/"))

const decode = (sockets: object, more: object = {}) =>
  decodeAll([program({ name: "web", command: "serve", sockets, ...more })])

const definitionOf = (sockets: object, more: object = {}) => {
  const decoded = decode(sockets, more)
  assert.deepEqual(said(decoded), [])
  const definition = decoded.programs[0]?.instances[0]?.definition
  if (definition === undefined) throw new Error("no instance")
  return definition
}

const faults = (sockets: object, more: object = {}) => said(decode(sockets, more))

describe("the address of a socket", () => {
  const good: ReadonlyArray<readonly [text: string, read: object, written?: string]> = [
    ["127.0.0.1:8080", { kind: "tcp", host: "127.0.0.1", port: 8080 }],
    ["[::1]:80", { kind: "tcp", host: "::1", port: 80 }],
    ["[0:0:0:0:0:0:0:1]:80", { kind: "tcp", host: "::1", port: 80 }, "[::1]:80"],
    [":65535", { kind: "tcp", host: "", port: 65_535 }],
    ["Localhost:1", { kind: "tcp", host: "localhost", port: 1 }, "localhost:1"],
    ["unix:/run/web.sock", { kind: "unix", path: "/run/web.sock" }],
    ["/run/web.sock", { kind: "unix", path: "/run/web.sock" }, "unix:/run/web.sock"],
    ["unix:web.sock", { kind: "unix", path: "/dir/web.sock" }, "unix:/dir/web.sock"]
  ]
  for (const [text, expected, written = text] of good) {
    it(`is read from ${text}, and written as ${written}`, () => {
      const found = read(text)
      assert.deepEqual(found, expected)
      if (found.kind === "fault") throw new Error(found.text)
      const rest = { owner: null, mode: 0o600, backlog: null }
      assert.equal(listenAddressText({ ...rest, ...found }), written)
    })
  }

  const bad: ReadonlyArray<readonly [text: string, part: string]> = [
    ["8080", '"8080" has no host'],
    ["", 'expected an address such as "127.0.0.1:8080"'],
    ["http://x:80", "expected an address"],
    ["127.0.0.1", "expected an address"],
    ["::1:80", "expected an address"],
    ["1.2.3.400:80", '"1.2.3.400" is no address of IPv4'],
    ["[1::2::3]:80", '"1::2::3" is no address of IPv6'],
    [":0", "expected a port from 1 to 65535, found 0"],
    [":99999", "expected a port from 1 to 65535, found 99999"],
    ["unix:", "names no file"],
    ["unix:@web", "an abstract socket has no file"],
    ["unix:~/web", "is not expanded"],
    ["/run/", "names a directory"],
    [`/${"x".repeat(107)}`, "the path of a socket has at most 107 bytes"]
  ]
  for (const [text, part] of bad) {
    it(`is not ${JSON.stringify(text.slice(0, 20))}`, () => {
      const found = read(text)
      assert.equal(found.kind, "fault")
      assert.include(found.kind === "fault" ? found.text : "", part)
    })
  }
})

describe("two sockets", () => {
  const at = (text: string): ListeningSocket => {
    const found = read(text)
    if (found.kind === "fault") throw new Error(found.text)
    return found.kind === "tcp"
      ? { ...found, backlog: null }
      : { ...found, owner: null, mode: 0o600, backlog: null }
  }
  const table: ReadonlyArray<readonly [one: string, other: string, overlap: boolean]> = [
    [":80", "127.0.0.1:80", true],
    [":80", "[::1]:80", true],
    [":80", ":81", false],
    ["0.0.0.0:80", "127.0.0.1:80", true],
    ["0.0.0.0:80", "localhost:80", true],
    ["0.0.0.0:80", "[::]:80", false],
    ["[::]:80", "[::1]:80", true],
    ["[::]:80", "127.0.0.1:80", false],
    ["127.0.0.1:80", "127.0.0.2:80", false],
    ["/a", "/a", true],
    ["/a", "/b", false],
    ["/a", ":80", false]
  ]
  for (const [one, other, overlap] of table) {
    it(`at ${one} and ${other} ${overlap ? "are in each other's way" : "go together"}`, () => {
      assert.equal(socketsOverlap(at(one), at(other)), overlap)
      assert.equal(socketsOverlap(at(other), at(one)), overlap)
    })
  }
})

describe("the sockets of a program", () => {
  it("keep the order in which they are written, and are the same for all instances", () => {
    const { sockets } = definitionOf({ web: ":80", admin: "/run/a", b: "unix:b" })
    assert.deepEqual(
      sockets.map(({ at, name }) => `${name} ${listenAddressText(at)}`),
      ["web :80", "admin unix:/run/a", "b unix:/etc/reeve/programs/b"]
    )
    const decoded = decode({ web: ":80" }, { instances: 3 })
    const revisions = decoded.programs[0]?.instances.map(({ revision }) => revision) ?? []
    assert.lengthOf(revisions, 3)
    assert.equal(new Set(revisions).size, 1)
  })

  it("may say more than an address", () => {
    const { sockets } = definitionOf({
      a: { address: "/run/a", mode: "0660", owner: "www-data:web", backlog: 5 },
      b: { address: "127.0.0.1:80", backlog: 7 }
    })
    assert.deepEqual(
      sockets.map(({ at }) => at),
      [
        { kind: "unix", path: "/run/a", mode: 0o660, owner: "www-data:web", backlog: 5 },
        { kind: "tcp", host: "127.0.0.1", port: 80, backlog: 7 }
      ]
    )
    assert.deepEqual(
      sockets.map(({ at }) => socketInput(at)),
      [
        { address: "unix:/run/a", mode: "0660", owner: "www-data:web", backlog: 5 },
        { address: "127.0.0.1:80", backlog: 7 }
      ]
    )
  })

  it("change one by one, and by their order", () => {
    const changes = (before: object, after: object) =>
      diffDefinitions(definitionOf(before), definitionOf(after), []).map(
        (change) => `${change.path} ${change.before} -> ${change.after} ${change.class}`
      )
    assert.deepEqual(changes({ a: ":80" }, { a: ":80" }), [])
    assert.deepEqual(changes({ a: ":80", b: ":81" }, { a: ":82", c: "/c" }), [
      'sockets.a ":80" -> ":82" restart',
      'sockets.b ":81" -> null restart',
      'sockets.c null -> "unix:/c" restart'
    ])
    assert.deepEqual(changes({ a: ":80", b: ":81" }, { b: ":81", a: ":80" }), [
      'sockets ["a", "b"] -> ["b", "a"] restart'
    ])
  })

  const refused: ReadonlyArray<readonly [sockets: object, part: string, more?: object]> = [
    [{ http: 8080 }, 'sockets.http: 8080 is a number; write "127.0.0.1:8080"'],
    [{ http: { address: 8080 } }, "sockets.http.address: 8080 is a number"],
    [{ http: true }, 'sockets.http: expected an address such as "127.0.0.1:8080"'],
    [{ http: { adress: ":80" } }, "sockets.http"],
    [{ http: "127.0.0.1:__REEVE_INSTANCE_PORT_80__" }, "all instances share a socket"],
    [{ __REEVE_INSTANCE_INDEX__: ":80" }, "the name of a socket cannot differ"],
    [{ "a:b": ":80" }, "cannot be the name of a socket"],
    [{ é: ":80" }, "cannot be the name of a socket"],
    [{ "": ":80" }, "the name of a socket cannot be empty"],
    [{ ["x".repeat(256)]: ":80" }, "has at most 255 characters"],
    [{ a: { address: ":80", mode: "0600" } }, "only a Unix socket has a mode"],
    [{ a: { address: ":80", owner: "root" } }, "only a Unix socket has an owner"],
    [{ a: ":80", b: "127.0.0.1:80" }, 'sockets.b: cannot listen beside "a"'],
    [{ a: ":80" }, "environment.LISTEN_FDS: is set by reeve", { environment: { LISTEN_FDS: "3" } }],
    [
      { a: ":80", b: ":81" },
      "ready.fd: descriptors 3 to 4 are for the sockets",
      { ready: { kind: "notify", fd: 4 } }
    ],
    [
      Object.fromEntries(Array.from({ length: 65 }, (_, at) => [`s${at}`, `:${at + 1}`])),
      "a program has at most 64 sockets"
    ],
    [
      {},
      "all instances of a program share its sockets",
      { perInstance: [{ sockets: { a: ":80" } }] }
    ]
  ]
  for (const [sockets, part, more = {}] of refused) {
    it(`are refused: ${part}`, () => {
      const texts = faults(sockets, more)
      assert.isTrue(
        texts.some((text) => text.includes(part)),
        JSON.stringify(texts)
      )
    })
  }

  it("go with a readiness descriptor above them", () => {
    definitionOf({ a: ":80" }, { ready: { kind: "notify", fd: 4 } })
  })
})
