import { spawnSync } from "node:child_process"
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  statSync,
  writeFileSync
} from "node:fs"
import { afterEach, assert, beforeEach, describe, it } from "vitest"
import { processFacts } from "../../src/os/procStat.ts"
import { declare, Estate, isRoot, sleeper } from "./Estate.ts"
import { waitFor } from "./reeve.ts"
import { isAlive } from "./site.ts"

let estate: Estate

beforeEach(() => {
  estate = new Estate()
})

afterEach(() => estate.clear())

const shell = (text: string, fields: Readonly<Record<string, unknown>> = {}) =>
  sleeper(0, { command: ["sh", "-c", text], ...fields })

const contentOf = (path: string): string => (existsSync(path) ? readFileSync(path, "utf8") : "")
const stdoutOf = (name: string) => contentOf(estate.path(`.reeve/logs/${name}-stdout.log`))

/** Pids that programs wrote into their output, one a line. */
const printedPids = (name: string): ReadonlyArray<number> =>
  stdoutOf(name)
    .split("\n")
    .filter((line) => /^\d+$/.test(line))
    .map(Number)

describe("a program that ignores TERM", () => {
  it("is killed after its stop timeout, not before, and other programs do not wait for it", async () => {
    const stubborn = shell("trap '' TERM; echo ready; while :; do sleep 1; done", {
      stop: { timeout: "4s" }
    })
    estate.write("all.ts", declare({ stubborn, web: sleeper(6001) }))
    const up = await estate.up()
    await waitFor("the trap", () => stdoutOf("stubborn").includes("ready"))
    const pid = await estate.pid("stubborn")
    const begun = performance.now()
    const stopping = estate.run("stop", "stubborn")
    await estate.waitForState("stubborn", "STOPPING")
    assert.equal((await estate.run("restart", "web")).code, 0)
    assert.isTrue(isAlive(pid), "web is restarted meanwhile")
    assert.equal((await stopping).code, 0)
    assert.isAtLeast(performance.now() - begun, 4000)
    assert.isFalse(isAlive(pid))
    const exit = (await estate.instance("stubborn"))?.exit
    assert.deepInclude(exit, { kind: "signal", signal: "SIGKILL" })
    assert.match(estate.log(), /killing 'stubborn' \(\d+\) with SIGKILL/)
    assert.isNull(up.child.exitCode)
  })
})

describe("a program that makes children", () => {
  const family = "sleep 6011 & echo $!; (sleep 6012 & echo $!; wait) & echo $!; wait"

  it("leaves none of them with stop.group all", async () => {
    estate.write("family.ts", declare({ family: shell(family) }))
    await estate.up()
    await waitFor("the children", () => printedPids("family").length === 3)
    const pids = [...printedPids("family"), await estate.pid("family")]
    assert.deepEqual(pids.filter(isAlive), pids)
    assert.equal((await estate.run("stop", "family")).code, 0)
    await waitFor("all of them to be gone", () => !pids.some(isAlive))
    assert.deepEqual((await estate.instance("family"))?.leftovers, [])
  })

  it("leaves them with stop.group no: they are listed, and their output still comes", async () => {
    const text =
      "(trap '' HUP; i=0; while :; do i=$((i+1)); echo child $i; sleep 0.05; done) & echo $!; wait"
    estate.write("parent.ts", declare({ parent: shell(text, { stop: { group: "no" } }) }))
    await estate.up()
    await waitFor("the child", () => stdoutOf("parent").includes("child 2\n"))
    const [child = 0] = printedPids("parent")
    try {
      assert.equal((await estate.run("stop", "parent")).code, 0)
      await waitFor("the child to be listed", async () => {
        return (await estate.instance("parent"))?.leftovers.includes(child) === true
      })
      assert.match(
        (await estate.run("status")).out,
        new RegExp(`left behind: pid .*\\b${child}\\b`)
      )
      const before = stdoutOf("parent").length
      await waitFor("more output", () => stdoutOf("parent").length > before + 50)
    } finally {
      process.kill(child, "SIGKILL")
    }
    await waitFor("its end to be heard", async () => {
      const found = await estate.instance("parent")
      return found?.leftovers.length === 0
    })
    const lines = stdoutOf("parent")
      .split("\n")
      .filter((line) => line.startsWith("child"))
    assert.deepEqual(
      lines,
      lines.map((_, at) => `child ${at + 1}`)
    )
  })
})

describe("a program that closes its output", () => {
  it("goes on, and its end is heard all the same", async () => {
    const text = "echo last words; exec >&- 2>&-; sleep 0.3; exit 7"
    estate.write("quiet.ts", declare({ quiet: shell(text, { restart: { when: "never" } }) }))
    await estate.up()
    const found = await estate.waitForState("quiet", "EXITED")
    assert.deepInclude(found.exit, { kind: "code", code: 7 })
    assert.equal(stdoutOf("quiet"), "last words\n")
  })
})

describe("a single line of 200 MB", () => {
  it("passes through in bounded memory, into rotated files", async () => {
    const go = estate.path("go")
    const text = `while ! [ -e ${go} ]; do sleep 0.1; done; head -c 209715200 /dev/zero | tr '\\0' x; echo; exec sleep 6021`
    estate.write(
      "line.ts",
      declare({ line: shell(text, { logs: { stdout: { maxSize: "16MB", backups: 20 } } }) })
    )
    await estate.up("--quiet")
    const { daemon } = await estate.info()
    const kilobytes = () =>
      Number(/^VmHWM:\s+(\d+) kB$/m.exec(contentOf(`/proc/${daemon.pid}/status`))?.[1])
    const before = kilobytes()
    const logs = estate.path(".reeve/logs")
    const written = () =>
      readdirSync(logs)
        .filter((name) => name.startsWith("line-stdout.log"))
        .reduce((sum, name) => sum + statSync(`${logs}/${name}`).size, 0)
    writeFileSync(estate.path("go"), "")
    await waitFor("all of it", () => written() === 209_715_201)
    assert.isBelow(kilobytes() - before, 60_000)
    const shown = await estate.run("logs", "-n", "1", "line")
    assert.equal(shown.code, 0)
    assert.isBelow(shown.out.length, 17_000_000)
    assert.isBelow(kilobytes() - before, 120_000)
  })
})

describe("limits of the machine", () => {
  it("EMFILE at a start is told, and over when there is room: the daemon is unharmed", async () => {
    estate.write(
      "web.ts",
      declare({ web: sleeper(6031, { restart: { backoff: { kind: "fixed", delay: "200ms" } } }) })
    )
    await estate.up()
    const { daemon } = await estate.info()
    const pid = await estate.pid("web")
    const limit = (count: string) =>
      spawnSync("prlimit", ["--pid", String(daemon.pid), `--nofile=${count}:`]).status
    const before = /^Max open files\s+(\d+)/m.exec(contentOf(`/proc/${daemon.pid}/limits`))?.[1]
    // All numbers below are in use, so that nothing at all can be opened.
    assert.isAbove(readdirSync(`/proc/${daemon.pid}/fd`).length, 10)
    assert.equal(limit("10"), 0)
    process.kill(pid, "SIGKILL")
    await waitFor("the failure to be told", () => /too many open files|EMFILE/.test(estate.log()))
    assert.isNotNull(processFacts(daemon.pid))
    assert.equal(limit(before ?? ""), 0)
    await estate.waitForState("web", "RUNNING")
    assert.equal((await estate.info()).daemon.pid, daemon.pid)
    await estate.save(() => estate.write("web.ts", declare({ web: sleeper(6032) })))
  })

  it("EAGAIN at a start is told, and over when there is room", async () => {
    estate.write(
      "web.ts",
      declare({ web: sleeper(6051, { restart: { backoff: { kind: "fixed", delay: "200ms" } } }) })
    )
    await estate.up()
    const { daemon } = await estate.info()
    const limit = processLimit(daemon.pid)
    // The Spawner's own test has an ordinary user's limit, which root has not.
    if (limit === null) return assert.isTrue(isRoot)
    try {
      const pid = await estate.pid("web")
      limit.tighten()
      process.kill(pid, "SIGKILL")
      const text = /Too many processes in process table to spawn 'web'/
      await waitFor("the failure to be told", async () =>
        text.test((await estate.instance("web"))?.spawnError ?? "")
      )
      limit.loosen()
      await estate.waitForState("web", "RUNNING")
      assert.equal((await estate.info()).daemon.pid, daemon.pid)
    } finally {
      limit.remove()
    }
  })
})

/** A limit on processes that holds the daemon: a cgroup for root, else the resource limit; null where there is none. */
const processLimit = (pid: number) => {
  if (!isRoot) {
    const set = (limit: string) =>
      assert.equal(spawnSync("prlimit", ["--pid", String(pid), `--nproc=${limit}:`]).status, 0)
    const [before = ""] = /(?<=^Max processes\s+)\S+/m.exec(contentOf(`/proc/${pid}/limits`)) ?? []
    return { tighten: () => set("1"), loosen: () => set(before), remove: () => undefined }
  }
  const parent = ["/sys/fs/cgroup/pids", "/sys/fs/cgroup"].find((path) =>
    existsSync(`${path}/cgroup.procs`)
  )
  if (parent === undefined) return null
  const group = `${parent}/reeve-test-${process.pid}`
  mkdirSync(group)
  const remove = () => {
    for (const one of contentOf(`${group}/cgroup.procs`).split("\n").filter(Boolean)) {
      writeFileSync(`${parent}/cgroup.procs`, one)
    }
    rmdirSync(group)
  }
  if (!existsSync(`${group}/pids.max`)) {
    remove()
    return null
  }
  writeFileSync(`${group}/cgroup.procs`, String(pid))
  return {
    tighten: () => writeFileSync(`${group}/pids.max`, "1"),
    loosen: () => writeFileSync(`${group}/pids.max`, "max"),
    remove
  }
}

describe("a program that dies", () => {
  it("at once, again and again, backs off, and costs neither the daemon nor others", async () => {
    estate.write(
      "storm.ts",
      declare({
        storm: {
          command: ["false"],
          instances: 20,
          restart: { backoff: { kind: "fixed", delay: "10ms" } }
        },
        web: sleeper(6041)
      })
    )
    await estate.up()
    const pid = await estate.pid("web")
    await waitFor("many lives", async () => {
      const all = await estate.instances()
      return all.filter(({ spec }) => spec.program === "storm").every(({ starts }) => starts >= 10)
    })
    assert.equal(await estate.pid("web"), pid)
    const asked = performance.now()
    await estate.instances()
    assert.isBelow(performance.now() - asked, 1000)
    assert.equal((await estate.run("stop", "storm")).code, 0)
    const states = (await estate.instances()).filter(({ spec }) => spec.program === "storm")
    assert.deepEqual([...new Set(states.map(({ state }) => state))], ["STOPPED"])
  })
})
