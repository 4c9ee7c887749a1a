/**
 * Many events at once below a whole supervisord: listeners lose none that their buffer takes, and without listeners nobody
 * speaks of them.
 */
import * as fs from "node:fs"
import { fileURLToPath } from "node:url"
import { afterEach, assert, describe, it } from "vitest"
import { waitFor } from "./reeve.ts"
import { SupervisordSite } from "./SupervisordSite.ts"

const script = fileURLToPath(new URL("../fixtures/listeners/listener.py", import.meta.url))
const made: Array<SupervisordSite> = []
const siteOf = (programs: string): SupervisordSite => {
  const site = new SupervisordSite(programs)
  made.push(site)
  return site
}
afterEach(async () => {
  for (const site of made.splice(0)) await site.clear()
})

const listener = (events: string) => `[eventlistener:all]
command=/usr/bin/python3 ${script} ok
events=${events}
buffer_size=10000
environment=RECORD="%(here)s/all.jsonl"
`
const size = 300
const patienceMs = 45_000
const many = Array.from(
  { length: size },
  (_, at) =>
    `[program:p${at}]\ncommand=/bin/sleep 1000\nstartsecs=0\nstdout_logfile=NONE\nstderr_logfile=NONE\n`
).join("")

const heard = (site: SupervisordSite) => {
  const path = site.path("all.jsonl")
  if (!fs.existsSync(path)) return []
  const lines = fs.readFileSync(path, "utf8").split("\n").slice(0, -1)
  return lines.map((line): { readonly header: string; readonly payload: string } =>
    JSON.parse(line)
  )
}

describe("a supervisord with hundreds of programs that start at once", () => {
  it("tells a listener of every state of each, in one unbroken series", async () => {
    const site = siteOf(listener("EVENT") + many)
    await site.up()
    const of = (type: string) =>
      heard(site).filter(({ header }) => header.includes(`eventname:PROCESS_STATE_${type} `))
    await waitFor("all to be told as RUNNING", () => of("RUNNING").length === size + 1, patienceMs)
    for (const type of ["STARTING", "RUNNING"]) {
      const names = of(type).map(({ payload }) => /^processname:(\S+)/.exec(payload)?.[1])
      assert.equal(new Set(names).size, size + 1)
      assert.lengthOf(names, size + 1)
    }
    const serials = heard(site).map(({ header }) => Number(/poolserial:(\d+)/.exec(header)?.[1]))
    assert.deepEqual(
      serials,
      serials.map((_, at) => at)
    )
  })

  it("says nothing of lost events, with listeners or without", { timeout: 120_000 }, async () => {
    for (const listeners of ["", listener("TICK_3600")]) {
      const site = siteOf(listeners + many)
      await site.up()
      const started = /^INFO success: p\d+ entered RUNNING state/
      const all = () => site.log().filter((line) => started.test(line)).length === size
      await waitFor("all to run", all, patienceMs)
      assert.deepEqual(
        site.log().filter((line) => line.startsWith("WARN") || line.startsWith("ERRO")),
        []
      )
    }
  })
})

describe("a supervisord with a program that prints 100,000 lines", () => {
  it("tells a listener of every byte, in order", async () => {
    const lines = 100_000
    const text = Array.from({ length: lines }, (_, at) => `${at + 1}\n`).join("")
    const site = siteOf(`${listener("PROCESS_LOG")}[program:printer]
command=/bin/sh -c 'while test ! -e begin; do sleep 0.05; done; seq 1 ${lines}; exec sleep 1000'
directory=%(here)s
stdout_events_enabled=true
`)
    await site.up()
    await site.waitForState("all", "RUNNING")
    fs.writeFileSync(site.path("begin"), "")
    const told = () =>
      heard(site)
        .map(({ payload }) => payload.slice(payload.indexOf("\n") + 1))
        .join("")
    await waitFor("all of it to be told", () => told().length === text.length, patienceMs)
    assert.isTrue(told() === text, "what was told is what was printed")
  })
})
