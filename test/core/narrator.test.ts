import { assert, describe, it } from "vitest"
import { makeNarrator } from "../../src/daemon/narrator.ts"
import type { EventBody } from "../../src/domain/Event.ts"
import { Address, instanceKey } from "../../src/domain/Instance.ts"
import type { Reason, State } from "../../src/domain/State.ts"
import { noTerms } from "../../src/domain/Terms.ts"

const web = { instance: instanceKey("web", "web", 0), address: Address.make("web") }
const state = (
  from: State,
  to: State,
  reason: Reason | null = null
): EventBody & { readonly kind: "state" } => ({
  kind: "state",
  ...web,
  from,
  to,
  pid: to === "BACKOFF" || to === "FATAL" ? null : 41,
  reason,
  generation: null,
  failures: 0
})
const exit = (code: number): EventBody => ({
  kind: "exit",
  ...web,
  pid: 41,
  status: { kind: "code", code },
  expected: code === 0
})
const exited = (code: number): Reason => ({
  kind: "exited",
  status: { kind: "code", code },
  expected: code === 0
})
const early: Reason = { kind: "startFailed", text: "Exited too quickly" }

/** The lines that these events come to; the next try is always 1.5 seconds away. */
const told = (...events: ReadonlyArray<EventBody>): ReadonlyArray<string> => {
  const { line } = makeNarrator()
  return events.flatMap((body) => line(body, 1500) ?? [])
}

describe("what the foreground tells", () => {
  it("is one line for a program that comes up, and one for its stop", () => {
    assert.deepEqual(
      told(
        state("STOPPED", "STARTING"),
        state("STARTING", "RUNNING"),
        state("RUNNING", "STOPPING"),
        exit(0),
        state("STOPPING", "STOPPED")
      ),
      ["web started (pid 41)", "web stopped"]
    )
  })

  it("is what an unhealthy process is stopped for, and what comes of it", () => {
    const dead: Reason = { kind: "unhealthy", text: "503 (3 times in a row)", during: "run" }
    const late: Reason = { kind: "unhealthy", text: "not ready within 5s", during: "start" }
    assert.deepEqual(
      told(
        { kind: "ready", ...web, ready: true, text: "200" },
        { kind: "ready", ...web, ready: false, text: "503" },
        state("RUNNING", "STOPPING", dead),
        exit(0),
        state("STOPPING", "EXITED", dead),
        state("EXITED", "STARTING"),
        state("STARTING", "STOPPING", late),
        exit(0),
        state("STOPPING", "BACKOFF", { kind: "startFailed", text: "not ready within 5s" })
      ),
      [
        "web is ready",
        "web is not ready: 503",
        "web is stopped: 503 (3 times in a row)",
        "web ended",
        "web started (pid 41)",
        "web is stopped: not ready within 5s",
        "web failed; next try in 2 s"
      ]
    )
  })

  it("is one line a failed try, and one when a later try succeeds", () => {
    assert.deepEqual(
      told(
        state("STOPPED", "STARTING"),
        exit(1),
        state("STARTING", "BACKOFF", early),
        state("BACKOFF", "STARTING"),
        exit(1),
        state("STARTING", "BACKOFF", early),
        state("BACKOFF", "STARTING"),
        state("STARTING", "RUNNING")
      ),
      [
        "web started (pid 41)",
        "web exited with status 1 too soon; next try in 2 s",
        "web exited with status 1 too soon; next try in 2 s",
        "web RUNNING (pid 41)"
      ]
    )
  })

  it("says why a program did not start, and that reeve gave up", () => {
    const text = "can't find command 'nosuch'"
    assert.deepEqual(
      told(
        { ...state("STOPPED", "STARTING"), pid: null },
        state("STARTING", "BACKOFF", { kind: "startFailed", text }),
        state("BACKOFF", "FATAL", { kind: "gaveUp", text, attempts: 3 })
      ),
      [`web did not start: ${text}; next try in 2 s`, `web FATAL: ${text}`]
    )
  })

  it("says how a program ended, and tells its restart", () => {
    assert.deepEqual(
      told(
        exit(3),
        state("RUNNING", "EXITED", exited(3)),
        state("EXITED", "STARTING"),
        state("STARTING", "RUNNING"),
        exit(0),
        state("RUNNING", "EXITED", exited(0))
      ),
      [
        "web exited with status 3, not expected",
        "web started (pid 41)",
        "web exited with status 0, as expected"
      ]
    )
  })

  it("says who did something by hand", () => {
    const body = {
      kind: "override",
      ...web,
      text: "stopped; held until released",
      who: "ann",
      ...noTerms
    } as const
    assert.deepEqual(told(body, { ...body, text: "released" }), [
      "web stopped by ann; held until released",
      "web released by ann"
    ])
    const until = new Date(2031, 0, 2, 14, 30).getTime()
    assert.deepEqual(told({ ...body, text: "stopped", reason: "disk; swap", until }), [
      'web stopped by ann ("disk; swap"); until 2031-01-02 14:30'
    ])
  })

  it("tells a stop that takes its time, unless it is over or another one", () => {
    const narrator = makeNarrator()
    const stopping = state("RUNNING", "STOPPING")
    narrator.line(stopping, null)
    assert.equal(narrator.slowStop(stopping), "web (pid 41) takes its time to stop")
    narrator.line(state("STOPPING", "STOPPED"), null)
    assert.isNull(narrator.slowStop(stopping))
  })
})
