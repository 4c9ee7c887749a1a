import { assert, describe, it } from "vitest"
import { checkOverlap } from "../../src/config/checkOverlap.ts"
import type { Definition } from "../../src/domain/Definition.ts"
import type { Ready } from "../../src/domain/Probe.ts"
import { usualUpdate } from "../../src/domain/Update.ts"
import { specOf } from "./specOf.ts"

const looks = {
  everyMs: 1,
  timeoutMs: 1,
  jitter: 0,
  startPeriodMs: 0,
  failures: 1,
  successes: 1,
  withinMs: null
}
const tcp = (address: string): Ready => ({ kind: "tcp", address, ...looks })
const http = (url: string, socket: string | null = null): Ready => ({
  kind: "http",
  url,
  socket,
  method: "GET",
  headers: {},
  status: [],
  expectHeaders: {},
  body: null,
  ...looks
})
const notify: Ready = { kind: "notify", fd: null, withinMs: null }
const sockets: Definition["sockets"] = [
  { name: "http", at: { kind: "tcp", host: "", port: 8080, backlog: null } },
  { name: "admin", at: { kind: "unix", path: "/run/a", owner: null, mode: 0, backlog: null } }
]

const check = (definition: Partial<Definition>) => {
  const update = { ...usualUpdate, strategy: "overlap" } as const
  const spec = specOf({ name: "web" }, { update, ...definition })
  const { group, origin, program: name, source } = spec
  return checkOverlap([{ group, name, origin, source, instances: [spec] }]).map(
    ({ message, path, severity }) => `${severity} ${path.join(".")}: ${message}`
  )
}

describe("a check of updates with overlap", () => {
  it("refuses what has one process at a time", () => {
    const listener = { events: [], bufferSize: 1 }
    const why =
      "cannot be updated with overlap: there is one process of each of its instances at a time"
    assert.deepEqual(check({ listener }), [`error update.strategy: an event listener ${why}`])
    assert.deepEqual(check({ fastCgi: sockets[1]?.at ?? null }), [
      `error update.strategy: a FastCGI program ${why}`
    ])
  })

  it("refuses a probe that the old process answers, and warns where it may", () => {
    const mistaken =
      "with overlap the old process may answer this probe in the place of the new one"
    for (const ready of [tcp("127.0.0.1:8080"), http("http://localhost:8080/health")]) {
      assert.deepEqual(check({ ready, sockets }), [
        `error ready: ${mistaken}: both have the socket "http"`
      ])
    }
    for (const ready of [tcp("unix:/run/a"), http("http://x/", "/run/a")]) {
      assert.deepEqual(check({ ready, sockets }), [
        `error ready: ${mistaken}: both have the socket "admin"`
      ])
    }
    assert.deepEqual(check({ ready: http("http://127.0.0.1/"), sockets }), [
      `warning ready: ${mistaken}, as two processes cannot listen in one place`
    ])
  })

  it("has nothing against what tells by itself, or is ready when it runs", () => {
    assert.deepEqual(check({ ready: notify, sockets }), [])
    assert.deepEqual(check({ sockets }), [])
    assert.deepEqual(check({ update: usualUpdate, ready: tcp("8080"), sockets }), [])
  })
})
