/** Event listeners that do what they should not, all at once beside one that works, below a whole supervisord. */
import * as fs from "node:fs"
import { fileURLToPath } from "node:url"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { until } from "./httpServer.ts"
import { isAlive } from "./SupervisordSite.ts"
import { TroubledDaemon } from "./TroubledDaemon.ts"

const script = fileURLToPath(new URL("../fixtures/listeners/listener.py", import.meta.url))
const pool = (name: string, events: string, size = 1) => `[eventlistener:${name}]
command=/usr/bin/python3 ${script} ${name}
process_name=%(program_name)s_%(process_num)d
numprocs=${size}
events=${events}
buffer_size=50
environment=RECORD="%(here)s/${name}.jsonl"
startsecs=0
stopsignal=KILL
autorestart=true
`
const troubles = ["deaf", "hang", "bad", "garbage", "gigabyte", "die"]
const told = 300

const recorded = (daemon: TroubledDaemon, name: string): ReadonlyArray<Record<string, string>> => {
  const path = daemon.site.path(`${name}.jsonl`)
  if (!fs.existsSync(path)) return []
  const lines = fs.readFileSync(path, "utf8").split("\n").slice(0, -1)
  return lines.map((line) => JSON.parse(line))
}

const texts = (daemon: TroubledDaemon, name: string): ReadonlyArray<string> =>
  recorded(daemon, name).flatMap(({ payload = "" }) => payload.split("\n").slice(1))

describe("a supervisord with bad event listeners", () => {
  const daemon = new TroubledDaemon(
    [
      ...troubles.map((name) => pool(name, "REMOTE_COMMUNICATION", name === "gigabyte" ? 1 : 2)),
      pool("ok", "REMOTE_COMMUNICATION").replace("buffer_size=50", "buffer_size=1000")
    ].join("")
  )
  beforeAll(() => daemon.up())
  afterAll(() => daemon.clear())

  it("stays, answers others, stays small, and tells the good one everything in order", async () => {
    const sent = Array.from({ length: told }, (_, at) => `event ${at}`)
    await daemon.endures(async () => {
      for (const text of sent) {
        const words = ["about", text].map((word) => `<param><value>${word}</value></param>`)
        const answer = await daemon.call("supervisor.sendRemoteCommEvent", words.join(""))
        assert.include(answer, "<boolean>1</boolean>")
      }
      await until("all are heard", () => texts(daemon, "ok").length === told, 20_000)
      const flooded = () => fs.existsSync(daemon.site.path("gigabyte.jsonl.done"))
      await until("the flood is read away", flooded, 30_000)
    }, 200)
    assert.deepEqual(texts(daemon, "ok"), sent)
  })

  it("starts again the one that dies, and gives its event to the next", async () => {
    await until("it died more than a few times", () => new Set(pids(daemon, "die")).size > 10)
    assert.isBelow(pids(daemon, "die").filter(isAlive).length, 5)
    const kept = (text: string) => texts(daemon, "die").filter((one) => one === text).length > 1
    assert.isTrue(texts(daemon, "die").some(kept), "an event that came to two of them")
    daemon.isTheSame()
  })

  it("says of those that left the protocol that they get no more events", async () => {
    for (const name of ["bad", "garbage", "gigabyte"]) {
      const gone = new RegExp(`^WARN ${name}_\\d: (has entered the UNKNOWN|bad result line)`)
      await daemon.site.waitForLine(gone)
    }
    assert.lengthOf(recorded(daemon, "deaf"), 0)
    assert.isAtMost(recorded(daemon, "hang").length, 2)
    const overflow = /^ERRO pool deaf event buffer overflowed, discarding event \d+$/
    await daemon.site.waitForLine(overflow)
  })
})

const pids = (daemon: TroubledDaemon, name: string): ReadonlyArray<number> =>
  recorded(daemon, name).map(({ pid }) => Number(pid))
