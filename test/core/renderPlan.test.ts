import { readFileSync } from "node:fs"
import * as Schema from "effect/Schema"
import { assert, describe, it } from "vitest"
import { limitRefusalText } from "../../src/core/limitRefusalText.ts"
import { plan } from "../../src/core/plan.ts"
import { unattended } from "../../src/core/planFacts.ts"
import { planJson } from "../../src/core/planJson.ts"
import { renderPlan } from "../../src/core/renderPlan.ts"
import type { SourceChange } from "../../src/domain/Actual.ts"
import type { Definition } from "../../src/domain/Definition.ts"
import { InstanceKey } from "../../src/domain/Instance.ts"
import type { Pin } from "../../src/domain/Pin.ts"
import { Plan } from "../../src/domain/Plan.ts"
import { noTerms } from "../../src/domain/Terms.ts"
import { allRunning, declare, definition, nothing, program, where } from "./planning/world.ts"

const minute = 60_000
const options = {
  colour: false,
  width: 100,
  now: 42 * minute,
  dateTime: (ms: number) => `2026-11-22 ${ms === 102 * minute ? "14:30:05" : "13:30:05"}`
}
const golden = (name: string) =>
  readFileSync(new URL(`./golden/${name}.txt`, import.meta.url), "utf8")

const before = declare(
  program({
    name: "api",
    instances: 4,
    line: 20,
    definition: { environment: { CACHE_TTL: "60", DB_PASSWORD: "x" } }
  }),
  program({ name: "jobs", line: 5, definition: { umask: 0o22 } }),
  program({ name: "legacy-cron", definition: { stop: { ...definition.stop, timeoutMs: 30_000 } } }),
  program({ name: "redis" }),
  program({ name: "thumbs" }),
  program({ name: "web" })
)
const after = declare(
  program({
    name: "api",
    instances: 4,
    line: 24,
    definition: {
      environment: { CACHE_TTL: "300", DB_PASSWORD: "y" },
      stop: { ...definition.stop, timeoutMs: 20_000 }
    }
  }),
  program({ name: "cron", definition: { start: { ...definition.start, auto: false } } }),
  program({ name: "mailer", line: 3, definition: { umask: 0 } }),
  program({ name: "redis" }),
  program({ name: "thumbs", instances: 3 }),
  program({ name: "web", line: 9, definition: { stop: { ...definition.stop, signal: "INT" } } }),
  program({ name: "worker", line: 5, definition: { umask: 0o22 } })
)
const actual = where(allRunning(before), "redis", {
  state: "STOPPED",
  process: null,
  reason: { kind: "operator", who: "operator" },
  override: {
    key: InstanceKey.make("redis/redis/0"),
    kind: "stopped",
    who: "operator",
    at: minute,
    ...noTerms
  }
})

describe("renderPlan", () => {
  it("prints every kind of action, drift and the counts", () => {
    assert.strictEqual(renderPlan(plan(after, actual, unattended), options), golden("every-kind"))
  })

  it("says that there is nothing to do", () => {
    assert.strictEqual(
      renderPlan(plan(before, allRunning(before), unattended), options),
      golden("no-changes")
    )
  })

  it("prints limits that change in place, and why one could not", () => {
    const limited = (changes: Partial<Definition["limits"]>) => ({
      definition: { limits: { ...definition.limits, ...changes } }
    })
    const low = program({ name: "low", ...limited({ nice: 0 }) })
    const text = limitRefusalText(
      [{ field: "nice", pid: 4001, errno: "EACCES" }],
      limited({ nice: 0 }).definition.limits
    )
    const running = allRunning(declare(low, program({ name: "web", ...limited({ nice: 5 }) })))
    const shown = plan(
      declare(
        low,
        program({ name: "web", line: 3, ...limited({ coreSize: 1024, processes: 90 }) })
      ),
      where(running, "low", { limitsRefused: text }),
      unattended
    )
    assert.strictEqual(renderPlan(shown, options), golden("limits"))
  })

  it("prints what waits for a person", () => {
    const desired = declare(program({ name: "api", protect: true, definition: { umask: 0 } }))
    const shown = plan(
      desired,
      allRunning(declare(program({ name: "api" }), program({ name: "web" }))),
      { ...unattended, mode: "manual" }
    )
    assert.strictEqual(renderPlan(shown, options), golden("held"))
  })

  it("prints what is pinned, and processes that are not made from what is there now", () => {
    const running = allRunning(before)
    const change = (
      program: string,
      kind: SourceChange["kind"],
      text: string,
      at: number | null
    ): SourceChange => ({ key: InstanceKey.make(`${program}/${program}/0`), kind, text, at })
    const sourceChanges = [
      change("web", "program", "program replaced; pid 4008 runs the old /opt/web", 12 * minute),
      change("web", "envFile", "envFile changed; pid 4008 has the old values of /etc/web.env", 0),
      change("redis", "secret", "secret file removed; pid 4006 runs on without /run/pass", null),
      // Restarted by the plan: it would only repeat that.
      change("api", "program", "program replaced; pid 4001 runs the old /opt/api", 0)
    ]
    const pin: Pin = { generation: 12, who: "alice", at: 2 * minute, reason: "13 leaks" }
    const desired = declare(
      ...before.programs.filter(({ name }) => name !== "api"),
      program({ name: "api", instances: 4, line: 20, definition: { umask: 0 } })
    )
    const shown = plan(desired, { ...running, sourceChanges }, { ...unattended, pin })
    assert.strictEqual(renderPlan(shown, options), golden("pinned"))
    const kept = plan(before, running, { ...unattended, pin })
    assert.strictEqual(
      renderPlan(kept, { ...options, declared: "generation 12 declares" }),
      golden("pinned-unchanged")
    )
  })

  it("colours symbols, and lets no control character of a file through", () => {
    const evil = program({ name: "web", definition: { directory: "/\u001b[2J" } })
    const shown = plan(declare(evil), allRunning(declare(program({ name: "web" }))), unattended)
    const text = renderPlan(shown, { ...options, colour: true })
    assert.include(text, "\u001b[33m~\u001b[0m web")
    assert.notInclude(text, "\u001b[2J")
    assert.notInclude(renderPlan(shown, options), "\u001b")
  })

  it("keeps secrets out of text and JSON", () => {
    const made = plan(after, actual, unattended)
    assert.notMatch(planJson(made), /"[xy]"/)
    assert.match(renderPlan(made, options), /DB_PASSWORD +changed/)
  })
})

describe("the width of a plan", () => {
  const long = (words: string) => ["run", "x".repeat(60), words, "y".repeat(60)]
  const made = plan(
    declare(program({ name: "web", definition: { command: long("fast"), umask: 0 } })),
    allRunning(declare(program({ name: "web", definition: { command: long("slow") } }))),
    unattended
  )
  const lines = (width: number) => renderPlan(made, { ...options, width }).split("\n")

  it("shortens changed values to it, where both begin and end alike", () => {
    for (const width of [80, 100, 132]) {
      const [command] = lines(width).filter((line) => line.includes("command"))
      assert.match(command ?? "", /…x*", "slow.* -> …x*", "fast.* {2}restart$/, String(width))
      assert.isTrue(
        lines(width).every((line) => line.length <= width),
        lines(width).join("\n")
      )
    }
  })

  it("cuts nothing where there is no terminal", () => {
    assert.include(lines(Number.POSITIVE_INFINITY).join("\n"), JSON.stringify("y".repeat(60)))
    assert.notInclude(lines(Number.POSITIVE_INFINITY).join("\n"), "…")
  })

  it("tells why something was done by hand, and until when", () => {
    const terms = { reason: "disk; swap \u001b[2J", until: 102 * minute }
    const since = 'by root 41 min ago ("disk; swap \\x1b[2J")'
    const by = { who: "root", at: minute, ...terms }
    const idle = program({
      name: "idle",
      definition: { start: { ...definition.start, auto: false } }
    })
    const desired = declare(idle, program({ name: "redis" }))
    const key = InstanceKey.make("redis/redis/0")
    const stopped = where(allRunning(desired), "redis", {
      state: "STOPPED",
      process: null,
      override: { key, kind: "stopped", ...by }
    })
    const held = where(stopped, "idle", {
      override: { key: InstanceKey.make("idle/idle/0"), kind: "started", ...by }
    })
    const scales = [{ group: "redis", program: "redis", instances: 1, ...by, reason: null }]
    assert.include(
      renderPlan(plan(desired, { ...held, scales }, unattended), options),
      [
        `! idle                      started ${since} although start.auto is false; until 14:30`,
        `! redis                     stopped ${since}; until 14:30`,
        "! redis                     scaled to 1 by root 41 min ago; until 14:30"
      ].join("\n")
    )
  })

  it("puts the age of a drift behind what happened", () => {
    const desired = declare(program({ name: "job" }), program({ name: "web" }))
    const ended = { kind: "exited", status: { kind: "code", code: 0 }, expected: true } as const
    const gone = where(allRunning(desired), "job", {
      state: "EXITED",
      process: null,
      reason: ended,
      stoppedAt: options.now - 2000
    })
    const failed = where(gone, "web", {
      state: "FATAL",
      process: null,
      reason: { kind: "gaveUp", attempts: 3, text: "can't find command 'x'" },
      since: options.now - minute
    })
    assert.include(
      renderPlan(plan(desired, failed, unattended), options),
      [
        "! job                       exited 2 s ago with status 0, as expected; a change or `reeve start` starts it",
        "! web                       gave up 1 min ago after 3 tries: can't find command 'x'; a change or `reeve start` starts it"
      ].join("\n")
    )
  })
})

describe("planJson", () => {
  it("is what the schema of plans reads back", () => {
    const made = plan(after, actual, unattended)
    assert.deepEqual(Schema.decodeUnknownSync(Plan)(JSON.parse(planJson(made))), made)
    assert.strictEqual(plan(after, nothing, unattended).formatVersion, 1)
  })
})
