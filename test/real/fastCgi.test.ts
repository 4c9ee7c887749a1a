import * as fs from "node:fs"
import { userInfo } from "node:os"
import { fileURLToPath } from "node:url"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { processStat } from "../../src/os/procStat.ts"
import { Estate, isRoot } from "./Estate.ts"
import { askFastCgi } from "./fastCgiClient.ts"
import { waitFor } from "./reeve.ts"

const fixture = fileURLToPath(new URL("../fixtures/fastCgi/worker.py", import.meta.url))

const declare = (name: string, input: object): string =>
  `import { defineFastCgi } from "reeve"
export const ${name} = defineFastCgi(${JSON.stringify({
    command: ["/usr/bin/python3", estate.path("worker.py")],
    start: { stableAfter: "200ms" },
    ...input
  })})
`

let estate: Estate
let path: string

beforeAll(async () => {
  estate = new Estate()
  path = estate.path("app.sock")
  fs.copyFileSync(fixture, estate.path("worker.py"))
  fs.chmodSync(estate.path("worker.py"), 0o644)
  estate.write("app.ts", declare("app", { instances: 3, socket: { path, mode: "0660" } }))
  estate.write(
    "blocked.ts",
    declare("blocked", {
      socket: { path: estate.path("taken") },
      start: { retries: 0 }
    })
  )
  fs.writeFileSync(estate.path("taken"), "a file of somebody")
  await estate.up()
  for (const index of [0, 1, 2]) await estate.waitForState(`app:${index}`, "RUNNING")
})

afterAll(() => estate.clear())

const inputOf = async (address: string): Promise<string> =>
  fs.readlinkSync(`/proc/${await estate.pid(address)}/fd/0`)

/** A zombie has none of its locks, once it is the last of its threads. */
const hasLetGo = (pid: number): boolean => {
  try {
    return fs.readdirSync(`/proc/${pid}/task`).length <= 1 && processStat(pid)?.state === "Z"
  } catch {
    return true
  }
}

describe("a FastCGI program of three processes", () => {
  it("has one socket, which each of them has as descriptor 0", async () => {
    const inputs = await Promise.all([0, 1, 2].map((index) => inputOf(`app:${index}`)))
    assert.match(inputs[0] ?? "", /^socket:\[\d+\]$/)
    assert.deepEqual(new Set(inputs).size, 1)
    assert.strictEqual(fs.statSync(path).mode & 0o777, 0o660)
    const own = `/proc/${await estate.pid("app:0")}/fd`
    const sockets = fs.readdirSync(own).filter((fd) => {
      return fs.readlinkSync(`${own}/${fd}`).startsWith("socket:")
    })
    assert.deepEqual(sockets, ["0"])
    assert.strictEqual(estate.log().split(`Creating socket unix://${path}`).length, 2)
  })

  it("answers requests by each of its processes", async () => {
    const pids = Object.entries(await estate.pids()).flatMap(([address, pid]) =>
      address.startsWith("app:") ? [String(pid)] : []
    )
    const seen = new Set<string>()
    await waitFor("an answer of each process", async () => {
      for (const answer of await Promise.all([1, 2, 3, 4, 5, 6].map(() => askFastCgi(path)))) {
        seen.add(answer)
      }
      return pids.every((pid) => seen.has(pid))
    })
    assert.deepEqual([...seen].sort(), pids.sort())
  })

  it("loses no request while one process after the other is restarted", async () => {
    const before = await estate.pids()
    const answers: Array<string> = []
    let over = false
    const ask = async () => {
      while (!over) answers.push(await askFastCgi(path))
    }
    const asking = Promise.all([ask(), ask(), ask(), ask()])
    try {
      for (const index of [0, 1, 2]) {
        const ran = await estate.run("restart", `app:${index}`)
        assert.strictEqual(ran.code, 0, ran.err)
      }
    } finally {
      over = true
    }
    await asking
    const after = await estate.pids()
    for (const index of [0, 1, 2]) {
      assert.notStrictEqual(after[`app:${index}`], before[`app:${index}`])
    }
    assert.isAbove(answers.length, 20)
    // It was the same socket all along.
    assert.strictEqual(estate.log().split(`Creating socket unix://${path}`).length, 2)
  })

  it("has the same socket after the daemon was killed, and loses no request meanwhile", async () => {
    const before = await estate.pids()
    const link = await inputOf("app:0")
    const { daemon } = await estate.info()
    const answers: Array<string> = []
    let over = false
    const asking = (async () => {
      while (!over) answers.push(await askFastCgi(path))
    })()
    try {
      process.kill(daemon.pid, "SIGKILL")
      await waitFor("the next daemon", async () => {
        const info = await estate.info().catch(() => null)
        return info !== null && info.daemon.pid !== daemon.pid && info.phase === "running"
      })
      assert.deepEqual(await estate.pids(), before)
      const ran = await estate.run("restart", "app:0")
      assert.strictEqual(ran.code, 0, ran.err)
    } finally {
      over = true
    }
    await asking
    assert.isAbove(answers.length, 5)
    assert.strictEqual(await inputOf("app:0"), link)
    assert.strictEqual(estate.log().split(`Creating socket unix://${path}`).length, 2)
  })

  it("has the same socket after daemon and keeper were killed", async () => {
    const { daemon, keeper } = await estate.info()
    const link = await inputOf("app:1")
    const both = [keeper?.pid ?? 0, daemon.pid]
    for (const pid of both) process.kill(pid, "SIGKILL")
    await waitFor("the end of both", () => both.every(hasLetGo))
    await estate.up()
    const ran = await estate.run("restart", "app:1")
    assert.strictEqual(ran.code, 0, ran.err)
    assert.strictEqual(await inputOf("app:1"), link)
    assert.match(await askFastCgi(path), /^\d+$/)
  })

  it("is started anew with another socket when that is saved", async () => {
    const before = await estate.pids()
    const inode = fs.statSync(path).ino
    const socket = { path, mode: "0600" }
    await estate.save(() => estate.write("app.ts", declare("app", { instances: 3, socket })))
    const after = await estate.pids()
    assert.notDeepEqual(after, before)
    assert.strictEqual(fs.statSync(path).mode & 0o777, 0o600)
    assert.notStrictEqual(fs.statSync(path).ino, inode)
    assert.match(await askFastCgi(path), /^\d+$/)
  })

  it("leaves no socket when its last process is gone", async () => {
    assert.strictEqual((await estate.run("stop", "app:0", "app:1")).code, 0)
    assert.match(await askFastCgi(path), /^\d+$/)
    assert.strictEqual((await estate.run("stop", "app:2")).code, 0)
    assert.isFalse(fs.existsSync(path))
    assert.include(estate.log(), `Closing socket unix://${path}`)
    assert.strictEqual((await estate.run("start", "app")).code, 0)
    assert.match(await askFastCgi(path), /^\d+$/)
  })
})

describe("a FastCGI program of a user", () => {
  it("has a socket of that user, and runs as that user", async () => {
    const socket = { path: estate.path("user.sock") }
    // Without privileges there is no other user than the own one.
    const whose = isRoot ? { username: "nobody", uid: 65534 } : userInfo()
    const fields = { socket, user: whose.username, umask: "027" }
    await estate.save(() => estate.write("user.ts", declare("user", fields)))
    await estate.waitForState("user", "RUNNING")
    const pid = await estate.pid("user")
    assert.strictEqual(await askFastCgi(socket.path), String(pid))
    const { mode, uid } = fs.statSync(socket.path)
    assert.deepEqual([uid, mode & 0o777], [whose.uid, 0o700])
    assert.strictEqual(fs.statSync(`/proc/${pid}`).uid, whose.uid)
  })
})

describe("a FastCGI program whose socket cannot be made", () => {
  it("says why, and leaves alone what lies there", async () => {
    const taken = estate.path("taken")
    const { spawnError } = await estate.waitForState("blocked", "FATAL")
    assert.strictEqual(
      spawnError,
      `Could not create FastCGI socket unix://${taken}: ${taken} exists and is not a socket; remove it`
    )
    assert.strictEqual(fs.readFileSync(taken, "utf8"), "a file of somebody")
  })
})
