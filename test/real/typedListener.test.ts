import * as fs from "node:fs"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { Estate } from "./Estate.ts"
import { waitFor } from "./reeve.ts"

/** Puts down the name and the payload of each event, a line each. */
const ear = `import os, sys
out = open(os.path.join(os.path.dirname(sys.argv[0]), "heard"), "a", buffering=1)
while True:
    sys.stdout.write("READY\\n")
    sys.stdout.flush()
    head = dict(word.split(":", 1) for word in sys.stdin.readline().split())
    text = sys.stdin.read(int(head["len"]))
    out.write(head["pool"] + " " + head["eventname"] + " " + repr(text) + "\\n")
    sys.stdout.write("RESULT 2\\nOK")
    sys.stdout.flush()
`

const talk = [
  "printf 'plain words\\n'",
  "printf '<!--XSUPERVISOR:BEGIN-->told apart<!--XSUPERVISOR:END-->'",
  "exec sleep 1000"
].join("; ")

const talker = (fields: object): string =>
  `import { defineProgram } from "reeve"
export const talker = defineProgram(${JSON.stringify({
    command: ["/bin/sh", "-c", talk],
    start: { stableAfter: "0s" },
    ...fields
  })})
`

const listener = (path: string, events: ReadonlyArray<string>): string =>
  `import { defineListener } from "reeve"
export const ear = defineListener({
  command: ["/usr/bin/python3", ${JSON.stringify(path)}],
  start: { stableAfter: "0s" },
  events: ${JSON.stringify(events)},
  bufferSize: 100
})
`

let estate: Estate

beforeAll(async () => {
  estate = new Estate()
  fs.writeFileSync(estate.path("ear.py"), ear)
  estate.write("ear.ts", listener(estate.path("ear.py"), ["PROCESS_STATE_EXITED", "EVENT"]))
  estate.write("talker.ts", talker({ logs: { stdout: { capture: "1MB", events: true } } }))
  await estate.up()
})

afterAll(() => estate.clear())

const heard = (): ReadonlyArray<string> => {
  const path = estate.path("heard")
  return fs.existsSync(path) ? fs.readFileSync(path, "utf8").trim().split("\n") : []
}

const hears = (pattern: RegExp): Promise<void> =>
  waitFor(`an event like ${pattern}`, () => heard().some((line) => pattern.test(line)))

describe("a listener in TypeScript", () => {
  it("hears of states, output and what is captured", async () => {
    const pid = await estate.pid("talker")
    await hears(
      /^ear PROCESS_STATE_RUNNING 'processname:talker groupname:talker from_state:STARTING/
    )
    await hears(new RegExp(`^ear PROCESS_LOG_STDOUT .*pid:${pid} channel:stdout\\\\nplain words`))
    await hears(new RegExp(`^ear PROCESS_COMMUNICATION_STDOUT .*pid:${pid}\\\\ntold apart'$`))
  })

  it("is outside every other group, and its words are in no log of a program", async () => {
    assert.strictEqual((await estate.instance("ear"))?.spec.groupPriority, -1)
    assert.notInclude(heard().join("\n"), "READY")
  })

  it("hears what a save of its events says from then on, and is not restarted", async () => {
    const pid = await estate.pid("ear")
    const text = listener(estate.path("ear.py"), ["PROCESS_STATE_STOPPED"])
    await estate.save(() => estate.write("ear.ts", text))
    const before = heard().length
    await estate.run("stop", "talker")
    await hears(/PROCESS_STATE_STOPPED 'processname:talker/)
    assert.strictEqual(await estate.pid("ear"), pid)
    const names = heard()
      .slice(before)
      .map((line) => line.split(" ")[1])
    assert.deepEqual(names, ["PROCESS_STATE_STOPPED"])
  })
})
