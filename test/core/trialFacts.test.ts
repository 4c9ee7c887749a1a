/** What the great trial counts as wrong, from evidence with one fault each. */
import { assert, describe, it } from "vitest"
import { type Evidence, factsOf, faultsOf } from "../trial/Facts.ts"
import { killPlan } from "../trial/killPlan.ts"

const life = (number: number, pid: number, code: number, atMs: number) => ({
  name: "web",
  life: number,
  pid,
  startTicks: pid,
  exit: { code, lastOfStdout: 10, lastOfStderr: 4, atMs }
})

const exit = (pid: number, code: number) => ({
  at: 1_000,
  address: "web",
  pid,
  status: { kind: "code", code } as const,
  expected: true
})

const seen = (number: number, last: number) => ({
  life: number,
  last,
  missing: 0,
  doubled: 0,
  outOfOrder: 0
})

const log = (letter: "O" | "E", last: number) => ({
  name: "web",
  letter,
  lineBytes: 128,
  bytes: last * 2 * 128,
  rotations: 1,
  overtaken: 0,
  lives: [seen(1, last), seen(2, last)],
  lines: last * 2,
  torn: 0,
  tornText: null,
  remarks: []
})

const sound: Evidence = {
  mode: "daemon",
  blows: [{ inBurst: true, atMs: 1000, readyMs: 1500, unsupervisedMs: 400 }],
  logs: [log("O", 10), log("E", 4)],
  lives: [life(1, 101, 3, 1200), life(2, 102, 0, 3000)],
  exits: [exit(101, 3), exit(102, 0)],
  journalHoles: 0,
  stopAskedAt: 5_000,
  complaints: [],
  left: 0,
  single: [],
  forgotten: 0
}

const wrongIn = (change: Partial<Evidence>) => faultsOf(factsOf({ ...sound, ...change }))

const [first, second] = [life(1, 101, 3, 1200), life(2, 102, 0, 3000)]
const shortened = { ...log("O", 10), lives: [seen(1, 7), seen(2, 10)] }
const unknown = { ...exit(101, 3), status: { kind: "unknown" } as const }
const killed = { kind: "signal", signal: "SIGKILL", number: 9, core: false } as const

describe("the facts of a trial", () => {
  it("are all right where nothing is wrong", () => {
    assert.deepEqual(wrongIn({}), [])
    const { blows, blowsInBursts, lines, lives, rotations } = factsOf(sound)
    const counts = { blows, blowsInBursts, lines, lives, rotations }
    assert.deepEqual(counts, { blows: 1, blowsInBursts: 1, lines: 28, lives: 2, rotations: 2 })
  })

  it("name the end of a life that is missing in its log, and a whole life", () => {
    assert.deepEqual(wrongIn({ logs: [shortened, log("E", 4)] }), ["missing"])
    const without = { ...log("O", 10), lives: [seen(2, 10)] }
    assert.deepEqual(wrongIn({ logs: [without, log("E", 4)] }), ["missing"])
  })

  it("name lines that no program recorded", () => {
    assert.deepEqual(wrongIn({ logs: [log("O", 11), log("E", 4)] }), ["unrecorded"])
    const more = { ...log("O", 10), lives: [seen(1, 10), seen(2, 10), seen(3, 1)] }
    assert.deepEqual(wrongIn({ logs: [more, log("E", 4)] }), ["unrecorded"])
  })

  it("name a pid that changes without an exit in the journal", () => {
    assert.deepEqual(wrongIn({ exits: [exit(102, 0)] }), ["unexplainedPids"])
  })

  it("name an exit of a process that recorded nothing, and one that is told twice", () => {
    assert.deepEqual(wrongIn({ exits: [exit(101, 3), exit(77, 0), exit(102, 0)] }), [
      "exitsOfNobody"
    ])
    assert.deepEqual(wrongIn({ exits: [exit(101, 3), exit(101, 3), exit(102, 0)] }), [
      "exitsOfNobody"
    ])
  })

  it("name none that the stop at the end came to before its first instruction, and others like it", () => {
    const terminated = { kind: "signal", signal: "SIGTERM", number: 15, core: false } as const
    const last = { ...exit(103, 0), status: terminated, at: 5_000 }
    const wrongWith = (...more: ReadonlyArray<typeof last>) =>
      wrongIn({ exits: [exit(101, 3), exit(102, 0), ...more] })
    assert.isEmpty(wrongWith(last))
    assert.deepEqual(wrongWith({ ...last, at: 4_999 }), ["exitsOfNobody"])
    assert.deepEqual(wrongWith(last, last), ["exitsOfNobody"])
    assert.deepEqual(wrongWith({ ...last, pid: 102 }), ["exitsOfNobody"])
    const killedThen = { ...last, status: { ...terminated, signal: "SIGKILL", number: 9 } }
    assert.deepEqual(wrongIn({ exits: [exit(101, 3), exit(102, 0), killedThen] }), [
      "exitsOfNobody"
    ])
  })

  it("name exit codes that differ from the record", () => {
    assert.deepEqual(wrongIn({ exits: [exit(101, 4), exit(102, 0)] }), ["exitsThatDiffer"])
    const signalled = { ...exit(101, 3), status: killed }
    assert.deepEqual(wrongIn({ exits: [signalled, exit(102, 0)] }), ["exitsThatDiffer"])
  })

  it("name what has no record, what complains, what is left, and what the journal lacks", () => {
    assert.deepEqual(wrongIn({ lives: [first, { ...second, exit: null }] }), [
      "livesWithoutRecord",
      "exitsThatDiffer"
    ])
    assert.deepEqual(wrongIn({ complaints: ["web: 9 is a second process"] }), ["secondProcesses"])
    assert.deepEqual(wrongIn({ left: 1 }), ["processesLeft"])
    assert.deepEqual(wrongIn({ journalHoles: 2 }), ["journalHoles"])
  })

  it("name a restart of what is never restarted, and what was not started again", () => {
    assert.deepEqual(wrongIn({ single: ["web"] }), ["againstPolicy"])
    assert.deepEqual(wrongIn({ single: ["other"] }), [])
    assert.deepEqual(wrongIn({ forgotten: 1 }), ["programsForgotten"])
  })

  it("take an unknown exit for wrong while a keeper lives, and else only of who ended unheld", () => {
    const exits = [unknown, exit(102, 0)]
    assert.deepEqual(wrongIn({ exits }), ["exitsUnknown"])
    assert.deepEqual(wrongIn({ exits, mode: "both" }), [])
    const lives = [life(1, 101, 3, 900), second]
    assert.deepEqual(wrongIn({ exits, lives, mode: "both" }), ["exitsUnknown"])
  })

  it("allow a lost pipe only of who ended unheld, and only where the log shows it", () => {
    const told = { ...shortened, torn: 1, remarks: ["reeve: output was lost"] }
    const logs = [told, log("E", 4)]
    assert.deepEqual(wrongIn({ mode: "both", logs }), [])
    assert.deepEqual(wrongIn({ mode: "both", logs: [shortened, log("E", 4)] }), ["gapsNotShown"])
    assert.deepEqual(wrongIn({ logs }), ["missing", "torn"])
    const lives = [life(1, 101, 3, 1600), second]
    assert.deepEqual(wrongIn({ mode: "both", logs, lives }), ["missing", "torn"])
  })
})

describe("the plan of the kills", () => {
  it("is the same for the same seed, another for another", () => {
    assert.deepEqual(killPlan(1, 200, 50), killPlan(1, 200, 50))
    assert.notDeepEqual(killPlan(1, 200, 50), killPlan(2, 200, 50))
  })

  it("spreads the delays over 1.5 seconds, and puts as many into bursts as were asked for", () => {
    const kills = killPlan(7, 4_000, 1_000)
    assert.strictEqual(kills.filter(({ burstLeadMs }) => burstLeadMs !== null).length, 1_000)
    const tenths = Map.groupBy(kills, ({ delayMs }) => Math.floor(delayMs / 150))
    assert.deepEqual([...tenths.keys()].sort(), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    for (const [tenth, { length }] of tenths) assert.closeTo(length, 400, 80, `tenth ${tenth}`)
  })
})
