import { assert, describe, it } from "vitest"
import { crossCheck } from "../../src/config/crossCheck.ts"
import { type EvaluatedSources, remember, unpredictable } from "../../src/config/predictability.ts"
import { compilerProblems } from "../../src/core/compilerOutput.ts"
import type { Group, Program } from "../../src/domain/Desired.ts"
import type { ListeningSocket } from "../../src/domain/ListeningSocket.ts"
import { definitionOf, specOf } from "./specOf.ts"

interface Given {
  readonly name: string
  readonly group?: string
  readonly origin?: Program["origin"]
  readonly file?: string
  readonly line?: number
  /** The file of stdout, for each instance. */
  readonly logs?: ReadonlyArray<string>
  readonly process?: string
  readonly priority?: number
  readonly socket?: string
  readonly sockets?: Readonly<Record<string, ListeningSocket>>
}

const socketAt = (path: string) =>
  ({ kind: "unix", path, owner: null, mode: 0o700, backlog: null }) as const

const programOf = (given: Given): Program => {
  const { name, group = name, origin = "typescript", file = "a.ts", line = 1 } = given
  const source = { file, line, column: 1 }
  const { stdout } = definitionOf().logs
  const sink = typeof stdout === "string" ? definitionOf().logs.stdout : stdout
  return {
    name,
    group,
    origin,
    source,
    instances: (given.logs ?? ["auto"]).map((path, index) =>
      specOf(
        { name: given.process ?? `${name}${index}`, program: name, group, index, origin, source },
        {
          priority: given.priority ?? 999,
          fastCgi: given.socket === undefined ? null : socketAt(given.socket),
          sockets: Object.entries(given.sockets ?? {}).map(([name, at]) => ({ name, at })),
          logs: { stdout: { ...sink, file: path === "auto" ? "auto" : { path } }, stderr: "stdout" }
        }
      )
    )
  }
}

const check = (given: ReadonlyArray<Given>, groups: ReadonlyArray<string> = []) =>
  crossCheck(
    given.map(programOf),
    groups.map((name): Group => ({ name, priority: 999, declared: true, programs: [] })),
    ({ file, line }) => `${file}:${line}`,
    true
  ).map(({ severity, source, message }) => `${source.file}:${source.line} ${severity} ${message}`)

describe("checks between programs", () => {
  it("finds nothing between programs that share nothing", () => {
    assert.deepEqual(check([{ name: "a" }, { name: "b", logs: ["/x", "/y"] }], ["a", "b"]), [])
  })

  it("refuses a name used twice, at the second place, once", () => {
    assert.deepEqual(
      check([{ name: "a" }, { name: "a", origin: "ini", file: "b.ini", line: 4 }], ["a", "a"]),
      ['b.ini:4 error there is another program called "a", at a.ts:1']
    )
  })

  it("accepts one name in two groups, and refuses one group made in two places", () => {
    const first = { name: "x", group: "g" }
    assert.deepEqual(check([first, { name: "x", group: "h" }], ["g", "h"]), [])
    assert.deepEqual(check([first, { name: "y", group: "g", file: "b.ini" }], ["g", "g"]), [
      'b.ini:1 error the group "g" is made here and at a.ts:1'
    ])
  })

  it("refuses two programs with a process of one address", () => {
    assert.deepEqual(
      check([
        { name: "x", group: "g", process: "one" },
        { name: "y", group: "g", process: "one", file: "b.ini" }
      ]),
      ['b.ini:1 error "g:one" names a process of this program and one of the program at a.ts:1']
    )
  })

  it("refuses programs that would listen in each other's way, by both places", () => {
    const tcp = (host: string, port = 80): ListeningSocket => ({
      kind: "tcp",
      host,
      port,
      backlog: null
    })
    const web = { name: "web", sockets: { http: tcp("127.0.0.1") }, logs: ["auto", "auto"] }
    assert.deepEqual(check([web, { name: "b", sockets: { http: tcp("127.0.0.1", 81) } }]), [])
    const text = 'this program and "web", at a.ts:1, listen on one socket,'
    assert.deepEqual(check([web, { name: "b", sockets: { x: tcp("127.0.0.1") }, line: 7 }]), [
      `a.ts:7 error ${text} 127.0.0.1:80`
    ])
    assert.deepEqual(check([web, { name: "b", sockets: { x: tcp("") }, line: 7 }]), [
      `a.ts:7 error ${text} :80 (and 127.0.0.1:80)`
    ])
    const fastCgi = { name: "app", socket: "/run/app.sock" }
    const own = { name: "b", sockets: { x: socketAt("/run/app.sock") }, line: 7 }
    assert.deepEqual(check([fastCgi, own]), [
      'a.ts:7 error this program and "app", at a.ts:1, listen on one socket, unix:/run/app.sock'
    ])
  })

  it("refuses a socket shared by programs, but not by instances, and warns where ini shares", () => {
    const app = { name: "app", socket: "/run/app.sock", logs: ["auto", "auto"] }
    assert.deepEqual(check([app, { name: "other", socket: "/run/other.sock" }]), [])
    const text = 'this program and "app", at a.ts:1, listen on one socket, unix:///run/app.sock'
    assert.deepEqual(check([app, { name: "b", socket: "/run/app.sock", line: 7 }]), [
      `a.ts:7 error ${text}`
    ])
    const ini = { name: "b", socket: "/run/app.sock", origin: "ini", file: "b.ini" } as const
    assert.deepEqual(check([app, ini]), [`b.ini:1 warning ${text}`])
  })

  it("refuses a log file shared within TypeScript, and warns where ini shares", () => {
    const [own] = check([{ name: "a", logs: ["/x", "/x", "/x"] }])
    assert.match(own ?? "", /^a\.ts:1 error several instances of this program write to one log/)
    const [two] = check([
      { name: "a", logs: ["/x"] },
      { name: "b", logs: ["/x"], origin: "ini", file: "b.ini" }
    ])
    assert.match(two ?? "", /^b\.ini:1 warning this program and "a:a0", at a\.ts:1, write to one/)
  })

  it("lets programs share devices", () => {
    assert.deepEqual(check([{ name: "a", logs: ["/dev/stdout", "/dev/stdout"] }]), [])
  })
})

describe("programs that change by themselves", () => {
  const sources = (stamps: Readonly<Record<string, string>>): EvaluatedSources => ({
    stamps: Object.entries(stamps),
    imports: [["a.ts", "shared.ts"]],
    objects: [{ entry: "a.ts", source: { file: "shared.ts", line: 1, column: 1 } }]
  })
  const before = programOf({ name: "x", file: "shared.ts" })
  const after = programOf({ name: "x", file: "shared.ts", priority: 5 })
  const last = remember([before], sources({ "a.ts": "1", "shared.ts": "1" }))
  const found = (program: Program, stamps: Readonly<Record<string, string>>) =>
    unpredictable([program], sources(stamps), last).map(({ name }) => name)

  it("are found when none of their sources changed", () => {
    assert.deepEqual(found(after, { "a.ts": "1", "shared.ts": "1", "b.ts": "2" }), ["x"])
  })

  it("are not those whose file, or any that it imports or is exported by, changed", () => {
    assert.deepEqual(found(after, { "a.ts": "2", "shared.ts": "1" }), [])
    assert.deepEqual(found(after, { "a.ts": "1", "shared.ts": "2" }), [])
  })

  it("are not those that stayed the same, or are new", () => {
    assert.deepEqual(found(before, { "a.ts": "1", "shared.ts": "1" }), [])
    const other = programOf({ name: "y", file: "shared.ts" })
    assert.deepEqual(found(other, { "a.ts": "1", "shared.ts": "1" }), [])
  })
})

describe("output of a compiler", () => {
  it("is read line by line; what is no finding is left out", () => {
    const text = "a.ts(3,5): error TS2322: Type 'x' is wrong.\n  more\nerror TS18003: No inputs.\n"
    const shown = compilerProblems(text, (path) => `p/${path}`).map(
      ({ file, line, column, message }) => [file, line, column, message]
    )
    assert.deepEqual(shown, [
      ["p/a.ts", 3, 5, "Type 'x' is wrong. (TS2322)"],
      [null, null, null, "error TS18003: No inputs."]
    ])
  })
})
