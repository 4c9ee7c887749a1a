import * as Schema from "effect/Schema"
import { assert, describe, it } from "vitest"
import { statusLine } from "../../src/api/statusAnswer.ts"
import { renderStatus } from "../../src/cli/render/status.ts"
import { makeStyle } from "../../src/cli/render/style.ts"
import { describe as described } from "../../src/core/describe.ts"
import type { ActualInstance } from "../../src/domain/Actual.ts"
import { instanceKey } from "../../src/domain/Instance.ts"
import { StatusLine } from "../../src/domain/Status.ts"
import { noTerms } from "../../src/domain/Terms.ts"
import { localTime } from "../../src/os/localTime.ts"
import { program, running } from "./planning/world.ts"

const now = 1_800_000_000_000
const read = Schema.decodeUnknownSync(Schema.fromJsonString(StatusLine))
const readText = (line: string): StatusLine => JSON.parse(line)

const [web] = program({ name: "web" }).instances
const [task] = program({ name: "task", definition: { task: { once: true } } }).instances
if (web === undefined || task === undefined) throw new Error("a program has an instance")
const quiet: ActualInstance = {
  ...running(web, 41),
  startedAt: now - 65_000,
  override: { key: instanceKey("web", "web", 0), kind: "started", who: "ann", at: 1, ...noTerms }
}
const trouble = { spawnError: 'no "x" &\n', nextAttemptAt: now + 4e3 }
const instances: ReadonlyArray<ActualInstance> = [
  running(web, 41),
  quiet,
  { ...quiet, state: "BACKOFF", process: null, ...trouble },
  { ...quiet, told: { phase: null, status: "loads" }, leftovers: [7] },
  { ...running(task, 42), state: "FATAL", reason: { kind: "gaveUp", text: "x", attempts: 2 } }
]

describe("a line of the answer to status", () => {
  it("is what its schema says, so that it is read without one", () => {
    for (const instance of instances) {
      for (const phase of [null, "READY"] as const) {
        const line = statusLine(instance, phase, now)
        assert.deepEqual(readText(line), read(line))
        assert.equal(read(line).listener, phase ?? undefined)
      }
    }
  })

  it("prints as the whole status of the instance does", () => {
    const plain = makeStyle(false)
    const calendar = { now, dateTime: String }
    for (const instance of instances) {
      const rest = { outdated: false, uptimeMs: null, stdoutLog: null, stderrLog: null }
      const whole = { ...instance, ...rest, description: described(instance, now, localTime) }
      assert.equal(
        renderStatus([readText(statusLine(instance, null, now))], plain, calendar),
        renderStatus([whole], plain, calendar)
      )
    }
  })

  it("tells the time of each question", () => {
    const uptimes = [now, now + 1_000].map((at) => readText(statusLine(quiet, null, at)))
    assert.deepEqual(
      uptimes.map(({ description }) => description),
      ["pid 41, uptime 0:01:05", "pid 41, uptime 0:01:06"]
    )
  })
})
