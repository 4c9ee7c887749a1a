import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { type Python, type RpcCall, startPython } from "./compare/Python.ts"
import { makeSide, type Side } from "./compare/Side.ts"
import { config } from "./compare/Stage.ts"
import { oneOf, type Random, random } from "./python.ts"

const operations = 500

/** Programs by name, each in variants that an edit of the file chooses from. Every one comes to rest by itself. */
const programs: Readonly<Record<string, ReadonlyArray<string>>> = {
  cat: ["command=/bin/cat", "command=/bin/cat -"],
  sleeper: ["command=/bin/sleep 1000\nstartsecs=0", "command=/bin/sleep 2000\nstartsecs=0"],
  idle: [
    "command=/bin/sleep 1000\nautostart=false",
    "command=/bin/sleep 1000\nautostart=false\npriority=3"
  ],
  done: [
    "command=/bin/sleep 0.2\nstartsecs=0\nautorestart=false",
    "command=/bin/sleep 0.3\nstartsecs=0\nautorestart=unexpected"
  ],
  missing: ["command=nosuchcmd\nstartretries=0", "command=nosuchcmd2\nstartretries=0"],
  stubborn: [
    "command=/bin/sh -c \"trap '' TERM; while :; do sleep 1; done\"\nstopwaitsecs=1\nstopasgroup=true"
  ],
  many: [1, 2, 3].map(
    (count) =>
      `command=/bin/sleep 1000\nstartsecs=0\nnumprocs=${count}\nprocess_name=%(program_name)s_%(process_num)d`
  ),
  one: ["command=/bin/sleep 1000", "command=/bin/sleep 1001"],
  two: [
    "command=/bin/sleep 1000\nstartsecs=0",
    "command=/bin/sleep 1000\nstartsecs=0\nstopsignal=INT"
  ]
}
const names = Object.keys(programs)
const grouped = ["one", "two"]

interface Shape {
  readonly present: ReadonlySet<string>
  readonly variant: ReadonlyMap<string, number>
}

const written = ({ present, variant }: Shape): string => {
  const sections = names
    .filter((name) => present.has(name))
    .map((name) => `[program:${name}]\n${programs[name]?.[variant.get(name) ?? 0] ?? ""}`)
  const members = grouped.filter((name) => present.has(name))
  const group = members.length === 0 ? "" : `[group:pair]\nprograms=${members.join(",")}`
  return config([...sections, group].join("\n"))
}

const whole: Shape = { present: new Set(names), variant: new Map() }

const edited = (shape: Shape, next: Random): Shape => {
  const present = new Set(shape.present)
  const variant = new Map(shape.variant)
  const name = oneOf(next, names)
  if (next(3) === 0 && present.size > 4 && present.has(name)) present.delete(name)
  else present.add(name)
  variant.set(name, next(programs[name]?.length ?? 1))
  return { present, variant }
}

const processes = [
  ...names.filter((name) => name !== "many" && !grouped.includes(name)),
  "many:many_0",
  "many:many_1",
  "pair:one",
  "pair:two",
  "nosuch"
]
const groups = [...names.filter((name) => !grouped.includes(name)), "pair", "nosuch"]

type Step =
  | { readonly kind: "call"; readonly call: RpcCall }
  | { readonly kind: "update"; readonly shape: Shape }
  | { readonly kind: "reload" }

const step = (shape: Shape, next: Random): Step => {
  const call = (method: string, ...params: ReadonlyArray<unknown>): Step => ({
    kind: "call",
    call: [`supervisor.${method}`, params]
  })
  switch (next(16)) {
    case 0:
    case 1:
    case 2:
    case 3:
      return call("startProcess", oneOf(next, processes))
    case 4:
    case 5:
    case 6:
    case 7:
      return call("stopProcess", oneOf(next, processes))
    case 8:
      return call("startProcessGroup", oneOf(next, groups))
    case 9:
      return call("stopProcessGroup", oneOf(next, groups))
    case 10:
      return call("signalProcess", oneOf(next, processes), oneOf(next, ["CONT", "WINCH", "BAD"]))
    case 11:
      return call("removeProcessGroup", oneOf(next, groups))
    case 12:
      return call("addProcessGroup", oneOf(next, groups))
    case 13:
      return next(4) === 0 ? { kind: "reload" } : call("stopAllProcesses")
    case 14:
    case 15:
      return { kind: "update", shape: edited(shape, next) }
    default:
      return call("getState")
  }
}

/** Of the answers only what does not depend on the moment: faults by code, rows by name and status. */
const plain = (answers: ReadonlyArray<unknown>): string =>
  JSON.stringify(answers, (key, value: unknown) => {
    if (key === "description" || key === "fault") return Array.isArray(value) ? value[0] : undefined
    return Array.isArray(value)
      ? value.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
      : value
  })

interface Info {
  readonly group: string
  readonly name: string
  readonly statename: string
}

const states = async (side: Side): Promise<string> => {
  const [answer] = await side.quietly(["supervisor.getAllProcessInfo", []])
  if (answer === undefined || !("value" in answer)) return "no answer"
  return (answer.value as ReadonlyArray<Info>)
    .map(({ group, name, statename }) => `${group}:${name} ${statename}`)
    .join(", ")
}

/** On the way to something else by itself. */
const between = /STARTING|STOPPING|BACKOFF|no answer|done RUNNING/

describe("a random walk", () => {
  const top = mkdtempSync(join(tmpdir(), "reeve-walk-"))
  let python: Python
  let sides: ReadonlyArray<Side> = []

  beforeAll(async () => {
    python = startPython()
    sides = (["supervisord", "reeve"] as const).map((which) =>
      makeSide(which, join(top, which), python)
    )
    for (const side of sides) side.write("s.conf", written(whole))
    await Promise.all(sides.map((side) => side.start()))
  })
  afterAll(async () => {
    await Promise.all(sides.map((side) => side.close()))
    python.close()
    rmSync(top, { recursive: true, force: true })
  })

  it(`keeps both in the same states over ${operations} operations`, async () => {
    const next = random(20_261_122)
    let shape = whole
    const done: Array<string> = []
    const counts = new Map<string, number>()
    await rest(sides, "the start")
    for (let number = 0; number < operations; number += 1) {
      const chosen = step(shape, next)
      const told = chosen.kind === "call" ? JSON.stringify(chosen.call) : chosen.kind
      const kind = chosen.kind === "call" ? chosen.call[0] : chosen.kind
      counts.set(kind, (counts.get(kind) ?? 0) + 1)
      done.push(told)
      if (chosen.kind === "update") shape = chosen.shape
      const answers = await Promise.all(sides.map((side) => perform(side, chosen)))
      assert.strictEqual(answers[1], answers[0], `${number}: ${done.slice(-6).join(" ")}`)
      await rest(sides, `${number}: ${done.slice(-6).join(" ")}`)
    }
    assert.isAtLeast(counts.size, 9, "kinds of operations")
  }, 280_000)
})

const perform = async (side: Side, chosen: Step): Promise<string> => {
  switch (chosen.kind) {
    case "call":
      return plain(await side.quietly(chosen.call))
    case "update": {
      side.write("s.conf", written(chosen.shape))
      const before = side.transcript.length
      await side.ctl("update")
      return side.transcript.slice(before).toSorted().join("\n")
    }
    case "reload":
      return plain(await side.quietly(["supervisor.restart", []]))
  }
}

/** Until both are at rest, alike. */
const rest = async (sides: ReadonlyArray<Side>, told: string): Promise<void> => {
  const end = Date.now() + 20_000
  let seen: ReadonlyArray<string> = []
  for (;;) {
    seen = await Promise.all(sides.map(states))
    const [theirs = "", ours = ""] = seen
    if (theirs === ours && !between.test(theirs)) return
    if (Date.now() > end) break
    await new Promise((resolve) => setTimeout(resolve, 30))
  }
  assert.fail(`after ${told}\n  supervisord: ${seen[0]}\n  reeve:       ${seen[1]}`)
}
