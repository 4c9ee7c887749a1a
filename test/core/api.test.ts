import * as OpenApi from "effect/http-api/OpenApi"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { assert, describe, it } from "vitest"
import { concealDesired, concealedText, concealSpec } from "../../src/api/conceal.ts"
import { ReeveApi } from "../../src/api/contract.ts"
import { generationDiff } from "../../src/api/generationDiff.ts"
import { StopRequest } from "../../src/api/messages.ts"
import { makeSseParser } from "../../src/api/sse.ts"
import { declare, program } from "./planning/world.ts"

describe("a request to stop", () => {
  const reads = (terms: object) =>
    Option.isSome(Schema.decodeUnknownOption(StopRequest)({ targets: ["a"], who: "t", ...terms }))

  it("may say why and until when", () => {
    for (const terms of [{}, { reason: null, until: null }, { reason: "x", until: 1.8e12 }]) {
      assert.isTrue(reads(terms), JSON.stringify(terms))
    }
  })

  it("says so in one line, with a moment that has a date", () => {
    for (const terms of [{ reason: "x".repeat(201) }, { until: -1 }, { until: 9e15 }]) {
      assert.isFalse(reads(terms), JSON.stringify(terms))
    }
  })
})

describe("the contract", () => {
  const { paths } = OpenApi.fromApi(ReeveApi)

  it("lies under /v1", () => {
    assert.isAbove(Object.keys(paths).length, 15)
    assert.deepEqual(
      Object.keys(paths).filter((path) => !path.startsWith("/v1/")),
      []
    )
  })

  it("changes nothing on GET: what changes something is a POST", () => {
    const changing = Object.entries(paths).flatMap(([path, methods]) =>
      "post" in methods ? [path.slice(4)] : []
    )
    assert.sameMembers(changing, [
      "instances/start",
      "instances/stop",
      "instances/restart",
      "instances/signal",
      "instances/reload",
      "instances/scale",
      "instances/release",
      "apply",
      "rollback",
      "resume",
      "daemon/shutdown",
      "daemon/upgrade",
      "daemon/renew-keeper",
      "daemon/reconcile",
      "daemon/reopen-logs"
    ])
  })
})

describe("the parser of server-sent events", () => {
  const whole = ': a comment\n\nevent: message\ndata: {"a":1}\n\ndata: two\r\ndata: lines\r\n\r\n'

  it("gives the same events wherever the text is cut", () => {
    for (let cut = 0; cut <= whole.length; cut++) {
      const parse = makeSseParser()
      const events = [...parse(whole.slice(0, cut)), ...parse(whole.slice(cut))]
      assert.deepEqual(
        events.map(({ data }) => data),
        ['{"a":1}', "two\nlines"],
        `cut at ${cut}`
      )
    }
  })

  it("keeps what is not complete", () => {
    const parse = makeSseParser()
    assert.deepEqual(parse("data: half"), [])
    assert.deepEqual(parse("\n\n"), [{ event: "message", data: "half" }])
  })
})

describe("what leaves the daemon", () => {
  const environment = {
    API_TOKEN: "t0p",
    DATABASE_URL: "postgres://me:secret@db/x",
    SHOWN_KEY: "fine",
    GREETING: "hello",
    FROM_FILE: { secret: "file", path: "/run/x" }
  } as const
  const web = program({
    name: "web",
    definition: { environment, showEnvironment: ["SHOWN_KEY"] }
  })

  it("has no value of a variable that looks secret, unless it is declared to be shown", () => {
    const [spec] = web.instances
    assert.deepEqual(spec && Object.entries(concealSpec(spec).definition.environment), [
      ["API_TOKEN", concealedText],
      ["DATABASE_URL", concealedText],
      ["SHOWN_KEY", "fine"],
      ["GREETING", "hello"],
      ["FROM_FILE", { secret: "file", path: "/run/x" }]
    ])
    assert.notInclude(JSON.stringify(concealDesired(declare(web))), "t0p")
  })
})

describe("the difference between two generations", () => {
  it("is empty for equal ones, and a restart where a command changed", () => {
    const before = declare(program({ name: "web", definition: { command: ["a"] } }))
    const after = declare(program({ name: "web", definition: { command: ["b"] } }))
    assert.deepEqual(generationDiff(before, before).actions, [])
    assert.deepEqual(
      generationDiff(before, after).actions.map(({ kind }) => kind),
      ["restart"]
    )
  })
})
