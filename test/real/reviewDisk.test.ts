import { spawnSync } from "node:child_process"
import { mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { declare, Estate, sleeper } from "./Estate.ts"
import { waitFor } from "./reeve.ts"

let estate: Estate
let disk: string
const system = (...[file = "", ...words]: ReadonlyArray<string>) => spawnSync(file, words).status

/** A file system that can be made to hang, as one on another machine does when that is gone. */
beforeAll(async () => {
  estate = new Estate()
  disk = estate.path("hangs")
  const image = estate.path("image")
  mkdirSync(disk)
  writeFileSync(image, "")
  truncateSync(image, 16 * 1024 * 1024)
  assert.equal(system("mkfs.ext4", "-q", image), 0)
  assert.equal(system("mount", "-o", "loop", image, disk), 0)
})

afterAll(async () => {
  system("fsfreeze", "-u", disk)
  system("umount", "-l", disk)
  await estate.clear()
})

/** Whether a thread of it waits for a disk (proc_pid_stat(5): state D). */
const isBlocked = (pid: number): boolean =>
  readdirSync(`/proc/${pid}/task`).some((thread) =>
    / D /.test(readFileSync(`/proc/${pid}/task/${thread}/stat`, "utf8").replace(/^.*\)/, ""))
  )

describe("a log on a disk that hangs", () => {
  it("keeps neither a stop nor a start waiting", async () => {
    const talks = {
      command: ["sh", "-c", "while :; do echo more; sleep 0.05; done"],
      start: { stableAfter: "0s" },
      logs: { stdout: { file: `${disk}/talks.log` } }
    }
    estate.write(
      "all.ts",
      declare({
        talks,
        tells: { ...talks, logs: { stdout: { file: `${disk}/tells.log` } } },
        beside: sleeper(5110)
      })
    )
    const up = await estate.up()
    await waitFor("output", async () => /more/.test((await estate.run("logs", "talks")).out))
    assert.equal(system("fsfreeze", "-f", disk), 0)
    const { daemon } = await estate.info()
    await waitFor("the thread that writes there waits in the kernel", () => isBlocked(daemon.pid))
    const begun = performance.now()
    const stopped = await estate.run("stop", "talks", "tells")
    assert.equal(stopped.code, 0, stopped.err)
    const again = await estate.run("start", "talks")
    assert.equal(again.code, 1)
    assert.match(again.out + again.err, /talks\.log|ETIMEDOUT/)
    assert.equal((await estate.run("restart", "beside")).code, 0)
    assert.isBelow(performance.now() - begun, 20_000)
    // Nothing that waits in the kernel for the disk can end, reeve included.
    assert.equal(system("fsfreeze", "-u", disk), 0)
    assert.equal((await estate.run("down")).code, 0)
    assert.equal(await up.ended, 0)
  })
})
