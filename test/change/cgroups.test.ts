import { existsSync, readFileSync } from "node:fs"
import * as Effect from "effect/Effect"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { cgroupOf } from "../../src/os/cgroup/cgroupOf.ts"
import { findBase } from "../../src/os/cgroup/findBase.ts"
import { allProcesses } from "../../src/os/procStat.ts"
import { isAlive, killAndWait } from "../real/Death.ts"
import { declare, Estate, isRoot } from "../real/Estate.ts"
import { waitFor } from "../real/reeve.ts"

const pidOf = async (command: string): Promise<number> => {
  let pid: number | undefined
  await waitFor(`${command} to run`, () => {
    pid = allProcesses().find((facts) => facts.command === command)?.pid
    return pid !== undefined
  })
  return pid ?? Promise.reject(new Error(command))
}

/** Leaves a process that nothing but its cgroup tells to be its own: of another session, orphaned, without its environment. */
const leaving = (seconds: number, last: string, fields: object = {}) => ({
  command: ["sh", "-c", `env -i setsid -f sleep ${seconds}; ${last}`],
  start: { stableAfter: "0s" },
  limits: { memory: "1GB" },
  ...fields
})

describe("a program that is limited as a whole", () => {
  const estate = new Estate()
  let isHere = false

  beforeAll(async () => {
    isHere = (await Effect.runPromise(findBase(process.pid))).kind === "found"
    const user = isRoot ? { user: "nobody" } : {}
    estate.write(
      "all.ts",
      declare({
        tree: leaving(7301, "exec sleep 7302", { stop: { timeout: "1s" } }),
        deaf: leaving(7303, "trap '' TERM; while :; do sleep 7304; done", {
          ...user,
          stop: { timeout: "1s" }
        }),
        dies: leaving(7305, "exit 3", { restart: { when: "never" } }),
        tells: {
          command: ["sleep", "7315"],
          umask: "027",
          environment: { PWD: "/odd", A: "1" },
          limits: { memory: "1GB" }
        },
        keeps: leaving(7306, "exec sleep 7307", { stop: { group: "no" } }),
        odd: {
          command: ["sleep", "7308"],
          environment: { "a-b": "c" },
          limits: { memory: "1GB" }
        },
        masked: leaving(7311, "exec sleep 7312", { umask: "027", stop: { timeout: "1s" } }),
        free: leaving(7313, "exec sleep 7314", { limits: {} })
      })
    )
    await estate.up()
  })
  afterAll(async () => {
    for (const seconds of [7306, 7313]) process.kill(await pidOf(`sleep ${seconds}`), 9)
    await estate.clear()
  })

  /** Where reeve can make cgroups, what is said of them; else that nothing is missed. */
  const stopped = async (address: string, leaver: number) => {
    const directory = cgroupOf(leaver) ?? ""
    assert.equal((await estate.run("stop", address)).code, 0)
    if (!isHere) process.kill(leaver, 9)
    await waitFor(`the end of ${address}`, () => !isAlive(leaver))
    if (isHere) await waitFor(`${directory} to go`, () => !existsSync(directory))
  }

  it("is in a cgroup of its own, with all that it starts, in its own environment", async () => {
    const own = cgroupOf(process.pid)
    for (const [address, leaver] of [
      ["tree", 7301],
      ["masked", 7311],
      ["deaf", 7303]
    ] as const) {
      const pid = await estate.pid(address)
      const away = cgroupOf(await pidOf(`sleep ${leaver}`))
      assert.equal(cgroupOf(pid), away)
      if (isHere) assert.match(away?.slice(own?.length) ?? "", /\/reeve-[0-9a-f]{16}\/[^/]+$/)
    }
    const tells = await estate.pid("tells")
    assert.match(readFileSync(`/proc/${tells}/status`, "utf8"), /^Umask:\t0027$/m)
    const environment = readFileSync(`/proc/${tells}/environ`, "utf8").split("\0")
    assert.includeMembers(environment, ["PWD=/odd", "A=1"])
    if (isHere) assert.include(cgroupOf(tells) ?? "", "/reeve-")
  })

  it("is moved to one where a shell would lose its environment, and has none where nothing asks for one", async () => {
    const free = await estate.pid("free")
    assert.notMatch(cgroupOf(free) ?? "", /reeve-[0-9a-f]{16}/)
    const odd = await estate.pid("odd")
    if (isHere) assert.match(cgroupOf(odd) ?? "", /reeve-[0-9a-f]{16}/)
    assert.include(readFileSync(`/proc/${odd}/environ`, "utf8").split("\0"), "a-b=c")
  })

  it("leaves nothing behind when it is stopped, and keeps what it may leave", async () => {
    await stopped("tree", await pidOf("sleep 7301"))
    await stopped("deaf", await pidOf("sleep 7303"))
    const left = await pidOf("sleep 7306")
    assert.equal((await estate.run("stop", "keeps")).code, 0)
    assert.isTrue(isAlive(left))
    const { leftovers } = (await estate.instance("keeps")) ?? { leftovers: [] }
    assert.deepEqual(leftovers, isHere ? [left] : [])
  })

  it("leaves what it left by its own end, which is told", async () => {
    const left = await pidOf("sleep 7305")
    const { leftovers } = await estate.waitForState("dies", "EXITED")
    assert.deepEqual(leftovers, isHere ? [left] : [])
    process.kill(left, 9)
  })

  it("is known as a whole to the next daemon", async () => {
    const pid = await estate.pid("masked")
    const leaver = await pidOf("sleep 7311")
    await killAndWait(estate)
    assert.equal(await estate.pid("masked"), pid)
    await stopped("masked", leaver)
  })
})
