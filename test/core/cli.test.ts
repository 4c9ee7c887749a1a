import { assert, describe, it } from "vitest"
import { exitCodes, planExitCodes } from "../../src/cli/exitCodes.ts"
import { columns } from "../../src/cli/render/columns.ts"
import { renderDescribe } from "../../src/cli/render/describe.ts"
import { renderEvent } from "../../src/cli/render/events.ts"
import { isHealthy, renderStatus, untilText } from "../../src/cli/render/status.ts"
import { makeStyle, wantsColour } from "../../src/cli/render/style.ts"
import type { ActualInstance } from "../../src/domain/Actual.ts"
import { Address, instanceKey } from "../../src/domain/Instance.ts"
import type { InstanceStatus } from "../../src/domain/Status.ts"
import { noTerms } from "../../src/domain/Terms.ts"
import { program, running } from "./planning/world.ts"

const plain = makeStyle(false)
const now = 1_000_000
const calendar = {
  now,
  dateTime: (ms: number) => `2026-11-22 ${ms === now + 9e6 ? "14:30:05" : "12:00:00"}`
}

const status = (
  name: string,
  changes: Partial<ActualInstance> = {},
  description = ""
): InstanceStatus => {
  const [spec] = program({ name }).instances
  if (spec === undefined) throw new Error("a program has an instance")
  const actual = { ...running(spec, 41), ...changes }
  const logs = { stdoutLog: "/l/out", stderrLog: "/l/err" }
  return { ...actual, description, outdated: false, uptimeMs: null, ...logs }
}

const key = instanceKey("web", "web", 0)
const held = { key, kind: "stopped", who: "ann", at: 0, ...noTerms } as const
const swapped = { ...held, reason: "swap \u001b[2J", until: now + 9e6 }
const failed = { kind: "exited", status: { kind: "code", code: 3 }, expected: false } as const

describe("the exit codes", () => {
  it("are those of the design, each number with one meaning", () => {
    assert.deepEqual(exitCodes, {
      done: 0,
      failed: 1,
      usage: 2,
      unhealthy: 3,
      stalePlan: 4,
      lockOrNoDaemon: 5,
      held: 6,
      rolledBack: 7,
      leftAsIs: 8,
      interrupted: 130
    })
    assert.deepEqual(planExitCodes, { noActions: 0, error: 1, actions: 2 })
  })
})

describe("the table of reeve status", () => {
  it("says of a task when it completed, or why it failed", () => {
    const [spec] = program({ name: "migrate", definition: { task: { once: true } } }).instances
    if (spec === undefined) throw new Error("a program has an instance")
    const done = { kind: "exited", status: { kind: "code", code: 0 }, expected: true } as const
    const text = (changes: Partial<ActualInstance>) =>
      renderStatus([status("migrate", { spec, process: null, ...changes }, "d")], plain, calendar)
        .split("\n")[1]
        ?.trim()
    const gaveUp = (attempts: number) =>
      ({ kind: "gaveUp", text: "exit status 3", attempts }) as const
    assert.deepEqual(
      [
        text({ state: "EXITED", reason: done, stoppedAt: now - 90_000 }),
        text({ state: "FATAL", reason: gaveUp(1) }),
        text({ state: "FATAL", reason: gaveUp(3) }),
        text({ state: "EXITED", reason: failed })
      ],
      [
        "migrate  EXITED  completed 1 min ago",
        "migrate  FATAL  failed: exit status 3",
        "migrate  FATAL  failed 3 times: exit status 3",
        "migrate  EXITED  d, exit status 3, not expected"
      ]
    )
    const shown = renderDescribe(
      status("migrate", {
        spec,
        process: null,
        state: "EXITED",
        reason: done,
        stoppedAt: now - 5_000
      }),
      {
        style: plain,
        ...calendar
      }
    )
    assert.match(shown, /state +EXITED, completed 5 s ago/)
    assert.match(shown, /task +runs with reeve, once, completed with exit status 0, retries: /)
    assert.notMatch(shown, /^ +restart /m)
  })

  it("has address, state, and all that is out of the ordinary", () => {
    const table = renderStatus(
      [
        status("db", {}, "pid 41, uptime 0:00:07"),
        status("web", { state: "STOPPED", process: null, override: held }, "Nov 22 06:48 AM"),
        status("disk", { state: "STOPPED", process: null, override: swapped }, "Nov 22 06:48 AM"),
        status(
          "mail",
          { state: "BACKOFF", process: null, nextAttemptAt: now + 4000, failures: 3 },
          "can't find command 'mail'"
        ),
        status("task", { state: "EXITED", process: null, reason: failed }, "Nov 22 06:48 AM"),
        status(
          "noisy",
          { logTrouble: "stdout: /x: ENOSPC", leftovers: [7, 8] },
          "pid 41, uptime 0:01:00"
        )
      ],
      plain,
      calendar
    )
    assert.equal(
      table,
      [
        "NAME   STATE    DESCRIPTION",
        "db     RUNNING  pid 41, uptime 0:00:07",
        "web    STOPPED  Nov 22 06:48 AM; stopped by ann; held until released",
        'disk   STOPPED  Nov 22 06:48 AM; stopped by ann ("swap \\x1b[2J"); until 14:30',
        "mail   BACKOFF  can't find command 'mail'; next try in 4s, 3 failed so far",
        "task   EXITED   Nov 22 06:48 AM, exit status 3, not expected",
        "noisy  RUNNING  pid 41, uptime 0:01:00; log trouble: stdout: /x: ENOSPC; left behind: pid 7, 8"
      ].join("\n")
    )
  })

  it("calls healthy what runs, what was stopped, and a task that ended as expected", () => {
    assert.isTrue(isHealthy(status("web")))
    assert.isTrue(isHealthy(status("web", { state: "STOPPED" })))
    assert.isTrue(
      isHealthy(status("web", { state: "EXITED", reason: { ...failed, expected: true } }))
    )
    for (const state of ["STARTING", "BACKOFF", "STOPPING", "FATAL", "UNKNOWN"] as const) {
      assert.isFalse(isHealthy(status("web", { state })), state)
    }
    assert.isFalse(isHealthy(status("web", { state: "EXITED", reason: failed })))
  })

  it("says when the next try comes", () => {
    assert.deepEqual([-5, 0, 1, 1000, 59_001, 125_000].map(untilText), [
      "now",
      "now",
      "in 1s",
      "in 1s",
      "in 1m 0s",
      "in 2m 5s"
    ])
  })
})

describe("reeve describe", () => {
  const options = { style: plain, now, dateTime: (ms: number) => `t${ms}` }

  it("says why an instance does not run, and when the next try comes", () => {
    const text = renderDescribe(
      status("web", {
        state: "BACKOFF",
        process: null,
        nextAttemptAt: now + 2000,
        reason: { kind: "startFailed", text: "no such directory /srv" }
      }),
      options
    )
    assert.match(text, /^web\n/)
    assert.match(text, /why +no such directory \/srv/)
    assert.match(text, /next try +in 2s/)
    assert.match(text, /declared +programs\/web\.ts:1/)
    assert.match(text, /stdout log +\/l\/out/)
  })
})

describe("a line of reeve events", () => {
  it("names the instance and says what happened", () => {
    const about = { instance: key, address: Address.make("web") }
    const line = renderEvent(
      {
        id: 1,
        at: 5,
        body: {
          kind: "state",
          ...about,
          from: "RUNNING",
          to: "EXITED",
          pid: null,
          reason: failed,
          generation: null,
          failures: 0
        }
      },
      plain,
      (ms) => `t${ms}`
    )
    assert.equal(line, "t5  web RUNNING -> EXITED (exit status 3, not expected)")
  })
})

describe("columns", () => {
  it("count the text, not its colour, and end without blanks", () => {
    const red = makeStyle(true).red
    const rows = columns([
      [{ text: "a", paint: red }, { text: "b" }, { text: "" }],
      [{ text: "long" }, { text: "" }, { text: "c" }]
    ])
    assert.deepEqual(rows, ["\u001b[31ma\u001b[0m     b", "long     c"])
  })
})

describe("colour", () => {
  const wants = (
    choice: "auto" | "always" | "never",
    isTerminal: boolean,
    variables: Readonly<Record<string, string>> = {}
  ) => wantsColour({ choice, isTerminal, variable: (name) => variables[name] })

  it("is what --color says; else on a terminal, unless NO_COLOR or TERM=dumb is set", () => {
    assert.isTrue(wants("auto", true))
    assert.isFalse(wants("auto", false))
    assert.isFalse(wants("auto", true, { NO_COLOR: "1" }))
    assert.isTrue(wants("auto", true, { NO_COLOR: "" }))
    assert.isFalse(wants("auto", true, { TERM: "dumb" }))
    assert.isTrue(wants("auto", false, { FORCE_COLOR: "1" }))
    assert.isTrue(wants("always", false, { NO_COLOR: "1" }))
    assert.isFalse(wants("never", true))
  })
})
