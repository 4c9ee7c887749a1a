import { spawnSync } from "node:child_process"
import { readdirSync, readFileSync } from "node:fs"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { niceOf, oomScoreAdjustOf } from "../../src/os/precedence.ts"
import { allProcesses } from "../../src/os/procStat.ts"
import { killAndWait } from "./Death.ts"
import { declare, Estate, isRoot, ordinaryUser, sleeper, type Up } from "./Estate.ts"
import { waitFor } from "./reeve.ts"

const rlimit = (pid: number | "self", name: string): string => {
  const text = readFileSync(`/proc/${pid}/limits`, "utf8")
  return new RegExp(`^${name} +(\\S+ +\\S+)`, "m").exec(text)?.[1]?.replace(/ +/, " ") ?? ""
}
const openFiles = (pid: number) => rlimit(pid, "Max open files")
const coreSize = (pid: number) => rlimit(pid, "Max core file size")

/** Of each of its threads. */
const nices = (pid: number) => [
  ...new Set(readdirSync(`/proc/${pid}/task`).map(Number).map(niceOf))
]

const all = (pid: number) => [openFiles(pid), coreSize(pid), nices(pid), oomScoreAdjustOf(pid)]

/** The child with this command line, when it is there. */
const child = async (of: number, command: string): Promise<number> => {
  let pid: number | undefined
  await waitFor(`${command} to run`, () => {
    pid = allProcesses().find((facts) => facts.parent === of && facts.command === command)?.pid
    return pid !== undefined
  })
  return pid ?? Promise.reject(new Error(command))
}

/** What this test was started with is what reeve is, and so what its programs are where nothing is declared. */
const own = { nice: niceOf(0), oom: oomScoreAdjustOf("self") }
const ownNice = typeof own.nice === "number" ? own.nice : 0
const ownOom = typeof own.oom === "number" ? own.oom : 0

const hard = rlimit("self", "Max open files").split(" ")[1] ?? ""

/** Higher than this test's, which takes no rights. */
const nice = Math.min(19, ownNice + 3)
const oom = Math.min(1000, ownOom + 300)

describe("limits", () => {
  const estate = new Estate()
  let up: Up
  const tells = ["sh", "-c", "ulimit -n; ulimit -Hn; nice; cat /proc/$$/oom_score_adj"]
  const limits = { openFiles: 301, coreSize: "1MB", nice, oomScoreAdjust: oom }
  /** Members that chose their own niceness and limit, and one that left the session; the process has threads of its own. */
  const family = [
    `const { spawn } = require("node:child_process")`,
    `spawn("sleep", ["7101"])`,
    `spawn("nice", ["-n", "2", "sleep", "7102"])`,
    `spawn("setsid", ["sleep", "7103"])`,
    `spawn("sh", ["-c", "ulimit -Sn 100; exec sleep 7104"])`,
    `setInterval(() => {}, 1e6)`
  ].join("\n")
  const parent = (given: object) =>
    declare({
      parent: {
        ...sleeper(1),
        command: [process.execPath, "-e", family],
        stop: { timeout: "1s" },
        limits: given
      }
    })
  const plain = (given: object) => declare({ plain: sleeper(7001, { limits: given }) })

  beforeAll(async () => {
    estate.write("plain.ts", plain({}))
    estate.write("parent.ts", parent(limits))
    const once = { command: tells, start: { stableAfter: "0s" }, restart: { when: "never" } }
    estate.write("tells.ts", declare({ tells: { ...once, limits, umask: "027" } }))
    const other = isRoot ? { user: "nobody" } : {}
    estate.write("user.ts", declare({ user: sleeper(7002, { ...other, limits }) }))
    estate.environment["REEVE_START_OPEN_FILES"] = "200"
    up = await estate.up()
  })
  afterAll(() => estate.clear())

  const save = async (file: string, text: string) => {
    const before = await estate.pids()
    await estate.save(() => estate.write(file, text))
    assert.deepEqual(await estate.pids(), before)
    assert.deepEqual((await estate.plan()).actions, [])
  }

  it("are there at the first instruction", async () => {
    await estate.waitForState("tells", "EXITED")
    const log = () => readFileSync(`${estate.state}/logs/tells-stdout.log`, "utf8")
    await waitFor("its output", () => log().split("\n").length > 4)
    assert.deepEqual(log().trim().split("\n"), ["301", "301", String(nice), String(oom)])
  })

  it("are there in the process of another user", async () => {
    const pid = await estate.pid("user")
    assert.equal(allProcesses().find((facts) => facts.pid === pid)?.command, "sleep 7002")
    assert.deepEqual(all(pid), ["301 301", "1048576 1048576", [nice], oom])
  })

  it("change in the process that runs, and go back to what reeve was started with, taking no descriptors", async () => {
    const pid = await estate.pid("plain")
    const before = all(pid)
    assert.deepEqual(before, [`200 ${hard}`, coreSize(process.pid), [ownNice], ownOom])
    // An ordinary user could not go back from a higher niceness.
    const risen = isRoot ? { nice } : {}
    await save("plain.ts", plain({ ...risen, openFiles: Number(hard), oomScoreAdjust: oom }))
    assert.deepEqual(all(pid), [`${hard} ${hard}`, before[1], [isRoot ? nice : ownNice], oom])
    assert.match(
      up.said(),
      /↻ plain.*\n(.* live\n)*.*limits\.oomScoreAdjust +added \d+ +live\n.*limits\.openFiles .* live/
    )
    await save("plain.ts", plain({}))
    assert.deepEqual(all(pid), [`${hard} ${hard}`, ...before.slice(1)])
  })

  it("reach threads and descendants, as far as those did not choose their own", async () => {
    const pid = await estate.pid("parent")
    const children = [pid, await child(pid, "sleep 7101"), await child(pid, "sleep 7103")]
    const [plainChild = 0, leaver = 0] = children.slice(1)
    const chooser = await child(pid, "sleep 7102")
    assert.isAbove(readdirSync(`/proc/${pid}/task`).length, 2)
    for (const one of children) {
      assert.deepEqual(all(one), ["301 301", "1048576 1048576", [nice], oom])
    }
    const chosen = nices(chooser)
    const fewer = await child(pid, "sleep 7104")
    assert.equal(openFiles(fewer), "100 301")
    const shared = Math.min(19, nice + 5)
    await save(
      "parent.ts",
      parent({ ...limits, openFiles: 299, nice: shared, oomScoreAdjust: oom + 1 })
    )
    for (const one of [pid, plainChild, leaver]) {
      assert.deepEqual(all(one), ["299 299", "1048576 1048576", [shared], oom + 1])
    }
    assert.deepEqual(all(chooser), ["299 299", "1048576 1048576", chosen, oom + 1])
    assert.deepEqual(all(fewer), ["100 299", "1048576 1048576", [shared], oom + 1])
  })

  it("are known after the death of the daemon, and change again in place", async () => {
    const pid = await estate.pid("plain")
    await save("plain.ts", plain({ openFiles: 250, coreSize: 0, nice, oomScoreAdjust: oom }))
    await killAndWait(estate)
    assert.deepEqual((await estate.plan()).actions, [])
    assert.equal(openFiles(pid), "250 250")
    await save("plain.ts", plain({ openFiles: 249, coreSize: 0, nice, oomScoreAdjust: oom }))
    assert.equal(openFiles(pid), "249 249")
    assert.equal(await estate.pid("plain"), pid)
  })

  it("are checked where they are written", async () => {
    const text = [
      `import { defineProgram } from "reeve"`,
      `export default defineProgram({`,
      `  command: "sleep 1",`,
      `  limits: {`,
      `    nice: 20,`,
      `    oomScoreAdjust: -1001`,
      `  }`,
      `})`
    ].join("\n")
    const other = new Estate({ "bad.ts": text })
    const { code, err, out } = await other.run("check")
    await other.clear()
    assert.equal(code, 1)
    assert.match(out + err, /bad\.ts:5:5[\s\S]*limits\.nice[\s\S]*-20 to 19/)
    assert.match(out + err, /bad\.ts:6:5[\s\S]*limits\.oomScoreAdjust[\s\S]*-1000 to 1000/)
  })
})

describe("limits under an ordinary user", () => {
  const estate = new Estate()
  const web = (limits: object) => declare({ web: sleeper(7201, { limits }) })
  const calm = (limits: object) => declare({ calm: sleeper(7205, { limits, protect: true }) })

  beforeAll(async () => {
    estate.write("web.ts", web({ openFiles: 200, nice }))
    estate.write("calm.ts", calm({ openFiles: 210 }))
    estate.write("low.ts", declare({ low: sleeper(7202, { limits: { nice: -20 } }) }))
    estate.write("safe.ts", declare({ safe: sleeper(7203, { limits: { oomScoreAdjust: -1000 } }) }))
    estate.write("many.ts", declare({ many: sleeper(7204, { limits: { openFiles: 1e15 } }) }))
    estate.below = ordinaryUser()
    if (isRoot) spawnSync("chown", ["-R", "nobody:nogroup", estate.directory])
    await estate.up()
  })
  afterAll(() => estate.clear())

  const failure = async (address: string) => {
    await waitFor(
      `${address} to fail`,
      async () => (await estate.instance(address))?.spawnError !== ""
    )
    return (await estate.instance(address))?.spawnError
  }

  it("that it may not give are the reason of the failed start, in one sentence", async () => {
    assert.equal(
      await failure("low"),
      `limits.nice is -20, but reeve runs with ${ownNice} and may not go so low: declare ${ownNice} or more, ` +
        "or start reeve with the right to do so (CAP_SYS_NICE, which root has)"
    )
    assert.equal(
      await failure("safe"),
      `limits.oomScoreAdjust is -1000, but reeve runs with ${ownOom} and may not go so low: declare ${ownOom} or more, ` +
        "or start reeve with the right to do so (CAP_SYS_RESOURCE, which root has)"
    )
    assert.equal(
      await failure("many"),
      `limits.openFiles is 1000000000000000, but reeve's own hard limit is ${hard} and it may not raise that: ` +
        `declare ${hard} or less, or start reeve with a higher limit`
    )
  })

  const drift = async (address: string) =>
    (await estate.plan()).drift.find((line) => line.address === address)

  it("that it may not change are drift, until the files went back", async () => {
    const pid = await estate.pid("calm")
    await estate.save(() => estate.write("calm.ts", calm({ openFiles: 211, coreSize: 0 })))
    assert.deepEqual([openFiles(pid), coreSize(pid)], ["210 210", "0 0"])
    const refused = await drift("calm")
    assert.equal(refused?.kind, "limits")
    assert.include(refused?.text, "limits.openFiles cannot be changed to 211")
    await estate.save(() => estate.write("calm.ts", calm({ openFiles: 210, coreSize: 0 })))
    assert.isUndefined(await drift("calm"))
    assert.equal(await estate.pid("calm"), pid)
  })

  it("that only a new process can have are told, and are those of the next start", async () => {
    const pid = await estate.pid("web")
    assert.deepEqual([openFiles(pid), nices(pid)], ["200 200", [nice]])
    await estate.save(() => estate.write("web.ts", web({ openFiles: 201, nice: ownNice })))
    const text =
      `limits.openFiles cannot be changed to 201 in pid ${pid}: EPERM; ` +
      `limits.nice cannot be changed to ${ownNice} in pid ${pid}: EACCES`
    assert.include((await drift("web"))?.text, text)
    assert.include(estate.log(), text)
    assert.isEmpty((await estate.plan()).actions)
    assert.equal(await estate.pid("web"), pid)
    await estate.run("restart", "web")
    const next = await estate.pid("web")
    assert.deepEqual([openFiles(next), nices(next)], ["201 201", [ownNice]])
    assert.isUndefined(await drift("web"))
  })

  it("that it may not give at all stop nothing that runs", async () => {
    const pid = await estate.pid("web")
    await estate.save(() => estate.write("web.ts", web({ openFiles: 1e15, nice: ownNice })))
    assert.equal((await drift("web"))?.kind, "limits")
    assert.equal(await estate.pid("web"), pid)
  })
})
