/** What lives by the daemon's own memory: listeners, `--exit-when`; and a keeper that goes with its daemon. */
import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { afterEach, assert, describe, it } from "vitest"
import * as libc from "../../src/os/libc.ts"
import { exits, isAlive, killAndWait, SIGKILL, SIGSTOP } from "../real/Death.ts"
import { declare, Estate, sleeper } from "../real/Estate.ts"
import { waitFor } from "../real/reeve.ts"

const script = fileURLToPath(new URL("../fixtures/listeners/listener.py", import.meta.url))

let estate: Estate

afterEach(() => estate.clear())

describe("an event listener", () => {
  it("is begun anew by the next daemon, hears on, and the plan and the journal say why", async () => {
    estate = new Estate({ "all.ts": declare({ web: sleeper(5901) }) })
    const record = estate.path("heard.jsonl")
    estate.write(
      "listener.ts",
      `import { defineListener } from "reeve"
export const watch = defineListener({
  command: ["/usr/bin/python3", ${JSON.stringify(script)}, "ok"],
  environment: { RECORD: ${JSON.stringify(record)} },
  events: ["PROCESS_STATE"],
  start: { stableAfter: "100 ms" }
})
`
    )
    const up = await estate.up()
    await estate.waitForState("watch", "RUNNING")
    const [web, watch] = [await estate.pid("web"), await estate.pid("watch")]
    await killAndWait(estate)
    await waitFor("another listener", async () => {
      const now = await estate.instance("watch")
      return now?.state === "RUNNING" && now.process !== null && now.process.pid !== watch
    })
    assert.isFalse(isAlive(watch))
    assert.equal(await estate.pid("web"), web)
    assert.equal(await exits(estate, "watch"), 1)
    assert.include(up.said(), "its conversation with reeve was cut when the daemon ended")
    assert.equal((await estate.run("stop", "web")).code, 0)
    const heard = () => readFileSync(record, "utf8")
    await waitFor("it to be heard", () => heard().includes("PROCESS_STATE_STOPPED"))
  })
})

describe("--exit-when", () => {
  it("still holds after a death", async () => {
    estate = new Estate()
    const gate = estate.path("gate")
    libc.mkfifo(gate, 0o600)
    estate.write(
      "all.ts",
      declare({
        once: {
          command: ["sh", "-c", "read word < $GATE"],
          environment: { GATE: gate },
          start: { stableAfter: "0s" },
          restart: { when: "never" }
        }
      })
    )
    const up = await estate.up("--exit-when", "all-exited")
    await killAndWait(estate)
    const pid = await estate.pid("once")
    assert.isTrue(isAlive(pid))
    libc.kill(pid, SIGKILL)
    assert.equal(await up.ended, 1)
  })

  it("counts what ended while no daemon was there", async () => {
    const once = sleeper(5902, { restart: { when: "never", expectedExitCodes: [0] } })
    estate = new Estate({ "all.ts": declare({ once }) })
    const up = await estate.up("--exit-when", "all-exited")
    const { daemon } = await estate.info()
    const pid = await estate.pid("once")
    libc.kill(daemon.pid, SIGSTOP)
    libc.kill(pid, SIGKILL)
    libc.kill(daemon.pid, SIGKILL)
    assert.equal(await up.ended, 1)
  })
})

describe("a keeper that is killed right after its daemon", () => {
  it("leaves the programs to the next up, which takes them over and starts what ended meanwhile", async () => {
    const all = { web: sleeper(5903), mail: sleeper(5904), held: sleeper(5905) }
    estate = new Estate({ "all.ts": declare(all) })
    const up = await estate.up()
    assert.equal((await estate.run("stop", "held")).code, 0)
    const pids = await estate.pids()
    const { daemon } = await estate.info()
    // It must not have the time to begin another one.
    libc.kill(up.pid, SIGSTOP)
    libc.kill(daemon.pid, SIGKILL)
    libc.kill(up.pid, SIGKILL)
    await up.ended
    await waitFor("the daemon to be dead", () => !isAlive(daemon.pid))
    libc.kill(pids["mail"] ?? 0, SIGKILL)
    await waitFor("it to be dead", () => !isAlive(pids["mail"] ?? 0))
    await estate.up()
    await estate.waitForState("mail", "RUNNING")
    assert.equal(await estate.pid("web"), pids["web"])
    assert.equal(await exits(estate, "mail"), 1)
    assert.equal((await estate.instance("held"))?.state, "STOPPED")
  })
})
