import { exec, http, instance, logLine, notify, tcp } from "reeve"
import { assert, describe, it } from "vitest"
import { diffDefinitions } from "../../src/core/diffDefinition.ts"
import { firstLookMs, nextLookMs } from "../../src/core/nextLookMs.ts"
import { noticeNeeds } from "../../src/core/noticeNeeds.ts"
import { afterResult, freshStanding, type Thresholds } from "../../src/core/probeStanding.ts"
import { andThen, noNotice, readNotice } from "../../src/core/readNotice.ts"
import { readTcpAddress } from "../../src/core/readTcpAddress.ts"
import { isExpectedStatus, readStatusRange } from "../../src/core/statusRange.ts"
import { watchedLine } from "../../src/core/watchedLine.ts"
import { isLook } from "../../src/domain/Probe.ts"
import { makeLineWatch } from "../../src/logs/LineWatch.ts"
import { makeMatcher } from "../../src/os/boundedMatch.ts"
import { decodeAll, program } from "./evaluated.ts"
import { definitionOf } from "./specOf.ts"

const decoded = (input: object) =>
  decodeAll([program({ name: "web", command: ["serve"], instances: 2, ...input })])

const definitions = (input: object) => {
  const { issues, programs } = decoded(input)
  assert.deepEqual(issues, [])
  return (programs[0]?.instances ?? []).map(({ definition }) => definition)
}

/** What crosses from the evaluation child. */
const crossed = (value: unknown) => JSON.parse(JSON.stringify(value))

describe("the constructors of probes", () => {
  it("give frozen plain data; a regular expression becomes its text", () => {
    const made = [
      http("http://127.0.0.1/", { within: "1 minute", body: /ok/i }),
      tcp("127.0.0.1:80"),
      exec(["true"], { every: "5s" }),
      logLine(/ready/gi),
      notify({ fd: 3 }),
      notify({ watchdog: "30 seconds" })
    ]
    for (const probe of made) assert.isTrue(Object.isFrozen(probe))
    assert.deepEqual(crossed(made), [
      {
        within: "1 minute",
        body: { matches: "ok", flags: "i" },
        kind: "http",
        url: "http://127.0.0.1/"
      },
      { kind: "tcp", address: "127.0.0.1:80" },
      { every: "5s", kind: "exec", command: ["true"] },
      { kind: "logLine", line: { matches: "ready", flags: "i" } },
      { fd: 3, kind: "notify" },
      { watchdog: "30 seconds", kind: "notify" }
    ])
  })

  it("are filled in for each instance, with defaults", () => {
    const url = `http://127.0.0.1:${instance.port(8000)}/`
    const [first, second] = definitions(
      crossed({ ready: http(url, { within: "1m" }), liveness: exec("check $HOME") })
    )
    assert.deepEqual(first?.ready, {
      kind: "http",
      url: "http://127.0.0.1:8000/",
      method: "GET",
      headers: {},
      socket: null,
      status: ["200-399"],
      expectHeaders: {},
      body: null,
      everyMs: 1_000,
      timeoutMs: 1_000,
      jitter: 0.1,
      startPeriodMs: 0,
      failures: 3,
      successes: 1,
      withinMs: 60_000
    })
    assert.equal(second?.ready?.kind === "http" && second.ready.url, "http://127.0.0.1:8001/")
    assert.deepEqual(first?.liveness, {
      kind: "exec",
      command: "check $HOME",
      everyMs: 10_000,
      timeoutMs: 5_000,
      jitter: 0.1,
      startPeriodMs: 0,
      failures: 3
    })
    assert.deepEqual(definitions({}).map(({ liveness, ready }) => [ready, liveness])[0], [
      null,
      null
    ])
  })

  const wrong: ReadonlyArray<readonly [object, string]> = [
    [
      { ready: http("127.0.0.1:8000") },
      'ready.url: expected an address such as "http://127.0.0.1:8000/", found "127.0.0.1:8000"'
    ],
    [
      { ready: http("http://joe:hunter2@x/") },
      "ready.url: holds a name or a password; send them as a header (authorization)"
    ],
    [
      { ready: tcp("localhost") },
      'ready.address: expected an address such as "127.0.0.1:5432", found "localhost"'
    ],
    [
      { ready: tcp("1", { every: "10ms" }) },
      'ready.every: expected a duration of at least 50ms, found "10ms"'
    ],
    [
      { ready: http("http://x/", { status: ["2xx"] }) },
      'ready.status: expected a status such as 200 or a range such as "200-299", found "2xx"'
    ],
    [{ ready: logLine("") }, "ready.line: an empty text is in every text"],
    [
      { liveness: notify({ watchdog: "1ms" }) },
      'liveness.watchdog: expected a duration of at least 50ms, found "1ms"'
    ],
    [
      { ready: exec("'") },
      `ready.command: "'" cannot be split into words: No closing quotation (write it as an array of words)`
    ]
  ]
  for (const [input, message] of wrong) {
    it(`says ${message.slice(0, 80)}`, () => {
      const { issues } = decoded(crossed(input))
      assert.include(
        issues.map((it) => `${it.message}${it.hint === null ? "" : ` (${it.hint})`}`)[0] ?? "",
        message
      )
    })
  }

  it("are refused where they have no place", () => {
    const faults = (input: object) => decoded(crossed(input)).issues.map(({ message }) => message)
    assert.match(
      faults({ liveness: logLine("x") })[0] ?? "",
      /^liveness: expected a probe such as http.* by http\(\), tcp\(\), exec/
    )
    assert.match(faults({ liveness: tcp("1", { within: "1s" }) })[0] ?? "", /^liveness\.within/)
    assert.match(
      faults({ ready: { matches: "(" } })[0] ?? "",
      /^ready: expected a probe such as http/
    )
    assert.match(
      faults({ ready: { kind: "logLine", line: { matches: "(" } } })[0] ?? "",
      /^ready\.line: Invalid regular expression/
    )
  })
})

describe("a change of a probe", () => {
  const changes = (before: object, after: object) =>
    diffDefinitions(
      definitions(crossed(before))[0] ?? definitionOf(),
      definitions(crossed(after))[0] ?? definitionOf(),
      []
    ).map((it) => `${it.path} ${it.before} -> ${it.after} ${it.class}`)
  const url = "http://127.0.0.1/"

  it("is live, but for what a process is given at its start", () => {
    assert.deepEqual(changes({ ready: http(url) }, { ready: http(url, { every: "2s" }) }), [
      "ready.every 1s -> 2s live"
    ])
    assert.deepEqual(changes({}, { ready: tcp("80", { within: "5s" }) }), [
      'ready null -> { kind: "tcp", address: "80", every: 1s, within: 5s } live'
    ])
    assert.deepEqual(changes({ ready: tcp("80") }, { ready: notify() }), [
      'ready { kind: "tcp", address: "80", every: 1s } -> { kind: "notify" } restart'
    ])
    assert.deepEqual(changes({ ready: notify() }, { ready: notify({ fd: 5 }) }), [
      "ready.fd null -> 5 restart"
    ])
    assert.deepEqual(changes({ liveness: notify({ watchdog: "5s" }) }, {}), [
      'liveness { kind: "notify", watchdog: 5s } -> null restart'
    ])
    assert.deepEqual(changes({ ready: notify() }, { ready: notify({ within: "1s" }) }), [
      "ready.within null -> 1s live"
    ])
  })

  it("never shows what is sent in headers", () => {
    const asking = (authorization: string) => ({ ready: http(url, { headers: { authorization } }) })
    assert.deepEqual(changes(asking("hunter1"), asking("hunter2")), [
      "ready.headers changed -> changed live"
    ])
    assert.notInclude(changes({}, asking("hunter2"))[0], "hunter2")
  })
})

describe("what results add up to", () => {
  const thresholds: Thresholds = { successes: 2, failures: 3 }
  const play = (results: string, starting = 0): string => {
    let standing = freshStanding(false, 0)
    let shown = ""
    for (const [at, letter] of [...results].entries()) {
      const result = { ok: letter === "y", text: letter, at, tookMs: 1 }
      standing = afterResult(standing, result, thresholds, at < starting)
      shown += standing.ok ? "Y" : "n"
    }
    return shown
  }

  it("follows thresholds in both directions", () => {
    assert.equal(play("ynyyyynnynnnny"), "nnnYYYYYYYYnnn")
  })

  it("does not count failures in the start period before the first success", () => {
    let standing = freshStanding(true, 0)
    const fail = (starting: boolean) => {
      const result = { ok: false, text: "", at: 0, tookMs: 0 }
      standing = afterResult(standing, result, { successes: 1, failures: 2 }, starting)
    }
    for (let i = 0; i < 5; i++) fail(true)
    assert.isTrue(standing.ok)
    const result = { ok: true, text: "", at: 0, tookMs: 0 }
    standing = afterResult(standing, result, { successes: 1, failures: 2 }, true)
    fail(true)
    assert.isTrue(standing.ok)
    fail(true)
    assert.isFalse(standing.ok)
  })
})

describe("when a probe looks", () => {
  const [probe] = definitions(crossed({ ready: tcp("80", { every: "10 seconds" }) }))
  const look = isLook(probe?.ready ?? null) ? probe?.ready : null
  if (look === null || look === undefined || !isLook(look)) throw new Error("no probe")

  it("is another moment for each of a thousand", () => {
    const firsts = Array.from({ length: 1_000 }, (_, at) => firstLookMs(look, `g/p/${at}`, true))
    const inSecond = new Map<number, number>()
    for (const ms of firsts)
      inSecond.set(Math.floor(ms / 1_000), (inSecond.get(Math.floor(ms / 1_000)) ?? 0) + 1)
    assert.equal(inSecond.size, 10)
    for (const count of inSecond.values()) assert.isBelow(count, 150)
    assert.isAtMost(Math.max(...firsts.map((_, at) => firstLookMs(look, `g/p/${at}`, false))), 250)
  })

  it("is soon and then less often until it is ready, and varies by its jitter after that", () => {
    assert.deepEqual(
      [0, 1, 2, 5, 20].map((looks) => nextLookMs(look, looks, 0.5)),
      [100, 200, 400, 3_200, 10_000]
    )
    assert.deepEqual(
      [0, 0.5, 1].map((chance) => nextLookMs(look, null, chance)),
      [9_000, 10_000, 11_000]
    )
  })
})

describe("texts that probes read", () => {
  it("are addresses", () => {
    assert.deepEqual(readTcpAddress("[::1]:80"), { kind: "tcp", host: "::1", port: 80 })
    assert.deepEqual(readTcpAddress(":80"), { kind: "tcp", host: "127.0.0.1", port: 80 })
    assert.deepEqual(readTcpAddress("db.local:5432"), { kind: "tcp", host: "db.local", port: 5432 })
    assert.deepEqual(readTcpAddress("unix:/s"), { kind: "unix", path: "/s" })
    for (const bad of ["", "x", "a:b", "1:0", "1:70000", "unix:s", "a b:1"]) {
      assert.isString(readTcpAddress(bad), bad)
    }
  })

  it("are statuses", () => {
    assert.deepEqual(readStatusRange("200-299"), { from: 200, to: 299 })
    for (const bad of ["", "20", "700", "299-200", "2xx"]) assert.isNull(readStatusRange(bad), bad)
    assert.isTrue(isExpectedStatus(404, ["200-299", "404"]))
    assert.isFalse(isExpectedStatus(403, ["200-299", "404"]))
  })

  it("are notices, of which the latest counts", () => {
    assert.deepEqual(readNotice("READY=1\nSTATUS=a=b\nMAINPID=5\n"), {
      ...noNotice,
      phase: "ready",
      status: "a=b"
    })
    const both = andThen(readNotice("READY=1\nWATCHDOG=1"), readNotice("STOPPING=1\nSTATUS="))
    assert.deepEqual(both, { phase: "stopping", status: "", alive: true, trigger: false })
    assert.deepEqual(readNotice("READY=0\nWATCHDOG=trigger"), { ...noNotice, trigger: true })
    assert.equal(readNotice(`STATUS=${"x".repeat(1_000)}`).status?.length, 200)
  })

  it("are lines, cut anywhere, in colours, with a carriage return", () => {
    const look = makeLineWatch({ matches: "^up \\d+$", flags: "" })
    const feed = (text: string) => look(Buffer.from(text))
    assert.equal(feed("starting u"), "notYet")
    assert.equal(feed("p 1\nup"), "notYet")
    assert.equal(feed(" \u001b[1m8"), "notYet")
    assert.equal(feed("0\u001b[0m\r\nmore"), "found")
    assert.equal(makeLineWatch({ contains: "ö" })(Buffer.from("schön\n")), "found")
  })

  it("that take a regular expression for ever are given up in time", () => {
    const matches = makeMatcher({ matches: "^(a+)+$", flags: "" }, 50)
    const begun = performance.now()
    assert.equal(matches([`${"a".repeat(40)}b`]), "tooLong")
    assert.isBelow(performance.now() - begun, 2_000)
    assert.isTrue(matches(["b", "aaa"]))
    assert.isFalse(matches(["b"]))
  })
})

describe("what a process is given for its probes", () => {
  it("is a socket, a descriptor, a watchdog, or nothing", () => {
    const needs = (input: object) => noticeNeeds(definitions(crossed(input))[0] ?? definitionOf())
    assert.deepEqual(needs({ ready: tcp("80") }), { socket: false, watchdogMs: null, fd: null })
    assert.deepEqual(needs({ ready: notify() }), { socket: true, watchdogMs: null, fd: null })
    assert.deepEqual(needs({ ready: notify({ fd: 4 }), liveness: notify({ watchdog: "2s" }) }), {
      socket: true,
      watchdogMs: 2_000,
      fd: 4
    })
  })

  it("is a line to look for, in the streams where it may come", () => {
    const line = (input: object, channel: "stdout" | "stderr") =>
      watchedLine(definitions(crossed(input))[0] ?? definitionOf(), channel)
    const ready = logLine("up", { stream: "stderr" })
    assert.isNull(line({ ready }, "stdout"))
    assert.deepEqual(line({ ready }, "stderr"), { contains: "up" })
    assert.deepEqual(line({ ready, logs: { stderr: "stdout" } }, "stdout"), { contains: "up" })
    assert.isNull(line({ ready: tcp("1") }, "stdout"))
  })
})
