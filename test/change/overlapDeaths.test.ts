/** The daemon dies before, in and after the moment in which a new process takes the place of the old one. */
import { readdirSync, readFileSync } from "node:fs"
import { afterEach, assert, describe, it } from "vitest"
import * as libc from "../../src/os/libc.ts"
import { another, isAlive, kill, killAndWait, SIGCONT, SIGKILL, SIGSTOP } from "../real/Death.ts"
import { declare, Estate } from "../real/Estate.ts"
import { waitFor } from "../real/reeve.ts"
import { freePort } from "./Probed.ts"
import { load, web } from "./Web.ts"

let estate: Estate
afterEach(() => estate.clear())

/** All processes of the server that live, as the kernel has them. */
const servers = (port: number): ReadonlyArray<number> =>
  readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const environment = readFileSync(`/proc/${name}/environ`, "utf8")
        return environment.includes(`WEB_PORT=${port}\0`) && isAlive(Number(name))
          ? [Number(name)]
          : []
      } catch {
        return []
      }
    })

const set = async (update: object = {}) => {
  const port = await freePort()
  estate = new Estate()
  const write = (version: string, more: object = {}) => {
    const fields = { environment: { WEB_PORT: String(port) }, ...more }
    estate.write("all.ts", declare({ web: web(port, version, fields, update) }))
  }
  write("one")
  await estate.up()
  await estate.allReady()
  return { port, write }
}

/** One process, which is the one that the daemon knows, and it runs what was wanted. */
const settled = async (port: number, version: string) => {
  let seen = ""
  await waitFor(
    "one process of what is wanted",
    async () => {
      const it = await estate.instance("web").catch(() => undefined)
      const pids = servers(port)
      seen = JSON.stringify([pids, it?.process?.pid, it?.state, it?.successor])
      const [pid] = pids
      if (it === undefined || pid === undefined || pids.length > 1) return false
      return (
        it.process?.pid === pid &&
        it.state === "RUNNING" &&
        it.successor === null &&
        readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(`\0${version}\0`)
      )
    },
    40_000
  ).catch((error) => {
    throw new Error(`${error}: ${seen}`)
  })
  assert.isEmpty((await estate.plan()).actions)
}

describe("a daemon that dies during an update with overlap", () => {
  it("leaves the old process, and the next one begins a new one again, where none was ready", async () => {
    const { port, write } = await set()
    const before = await estate.pid("web")
    const slow = { ready: { kind: "notify", fd: 9, within: "1 hour" } }
    write("never", slow)
    const coming = async () => (await estate.instance("web"))?.successor?.pid ?? 0
    await waitFor("a new process", async () => (await coming()) !== 0)
    const first = await coming()
    const daemon = await kill(estate)
    // Its boot goes on with the update, and is not over before that.
    await waitFor("the next daemon", async () => {
      const now = await estate.info().catch(() => null)
      return now !== null && now.daemon.pid !== daemon
    })
    await waitFor("the end of the new process", () => !isAlive(first))
    await waitFor("another new process", async () => ![0, first].includes(await coming()))
    assert.equal(await estate.pid("web"), before)
    await waitFor("two processes", () => servers(port).length === 2)
    write("one")
    await settled(port, "one")
    assert.equal(await estate.pid("web"), before)
  })

  it("is followed by one that stops the old process, where that had lost its place", async () => {
    const { port, write } = await set()
    const before = await estate.pid("web")
    const clients = load(port, 2, 5)
    // It cannot end before it goes on.
    libc.kill(before, SIGSTOP)
    write("two")
    await waitFor("another process", async () => (await estate.pid("web")) !== before)
    const after = await estate.pid("web")
    await killAndWait(estate)
    assert.equal(await estate.pid("web"), after)
    libc.kill(before, SIGCONT)
    await waitFor("the end of the old process", () => !isAlive(before))
    const { failed } = await clients.stop()
    assert.deepEqual(failed, [])
    await settled(port, "two")
    assert.equal(await estate.pid("web"), after)
  })

  it("never leaves two, whenever that is, and no request fails", async () => {
    const { port, write } = await set()
    const clients = load(port, 4, 5)
    for (let round = 0; round < 12; round++) {
      const { daemon } = await estate.info()
      write(`v${round}`)
      await new Promise((resolve) => setTimeout(resolve, 60 + 45 * round))
      libc.kill(daemon.pid, SIGKILL)
      await another(estate, daemon.pid)
      await settled(port, `v${round}`)
    }
    const { answered, failed } = await clients.stop()
    assert.deepEqual(failed, [])
    assert.isAbove(answered, 100)
  }, 300_000)
})
