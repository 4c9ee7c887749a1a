import * as fs from "node:fs"
import { basename, dirname, join } from "node:path"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import type { Plan } from "../../src/domain/Plan.ts"
import { removedBelow } from "../../src/os/cgroup/cgroupFiles.ts"
import { cgroupOf } from "../../src/os/cgroup/cgroupOf.ts"
import { allProcesses } from "../../src/os/procStat.ts"
import { another, isAlive, kill } from "../real/Death.ts"
import { declare, Estate } from "../real/Estate.ts"
import { waitFor } from "../real/reeve.ts"

const killed = "terminated by SIGKILL (by the kernel, for lack of memory)"
/** A shell that takes more and more. */
const eat = "x=0123456789abcdef; while :; do x=$x$x; done"

/** A cgroup of the machine's own root, with these controllers for what is below it. */
const makeBase = (name: string, controllers: ReadonlyArray<string>): string => {
  const root = cgroupOf(1) ?? ""
  const directory = join(root, name)
  for (const one of ["cpu", "memory", "pids"]) {
    fs.writeFileSync(join(root, "cgroup.subtree_control"), `+${one}`)
  }
  fs.mkdirSync(directory)
  for (const one of controllers) {
    fs.writeFileSync(join(directory, "cgroup.subtree_control"), `+${one}`)
  }
  return directory
}

/** Words before a command that put it into a cgroup. */
const inside = (directory: string): ReadonlyArray<string> => [
  "sh",
  "-c",
  'echo 0 >"$0/cgroup.procs" && exec "$@"',
  directory
]

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

describe("limits that the kernel holds", () => {
  const estate = new Estate()
  const base = makeBase(`reeve-kernel-${process.pid}`, [])
  /** What is in it has no processors to share out. */
  const bare = makeBase(`reeve-bare-${process.pid}`, ["memory", "pids"])
  const poor = join(bare, "poor")
  const go = estate.path("go")
  const once = { start: { stableAfter: "0s" }, restart: { when: "never" } }
  const programs = {
    tight: {
      command: ["sleep", "7401"],
      limits: { cpus: 0.5, tasks: 20, memoryMax: "100MB", memory: "90MB" }
    },
    spins: { command: ["sh", "-c", "while :; do :; done"], limits: { cpus: 0.2 } },
    forks: {
      ...once,
      command: ["sh", "-c", "for i in 1 2 3 4 5 6 7 8 9; do sleep 7402 & done; wait"],
      limits: { tasks: 5 }
    },
    eats: {
      ...once,
      command: ["bash", "-c", `setsid sleep 7403 & ${eat}`],
      limits: { memoryMax: "60MB" }
    },
    late: {
      ...once,
      command: ["bash", "-c", `until [ -e ${go} ]; do sleep 0.1; done; ${eat}`],
      limits: { memoryMax: "60MB" }
    },
    odd: { command: ["sleep", "7404"], environment: { "a-b": "c" }, limits: { tasks: 9 } },
    free: { command: ["sh", "-c", "sleep 7405 & exec sleep 7406"] }
  }
  const declared = (changes: Readonly<Record<string, object>> = {}) =>
    declare(
      Object.fromEntries(
        Object.entries({ ...programs, ...changes }).map(([name, program]) => [
          name,
          { start: { stableAfter: "0s" }, ...program }
        ])
      )
    )

  beforeAll(async () => {
    // Not TypeScript: what erases types is the slowest part of a load on an emulated processor.
    estate.write("all.mjs", declared())
    await estate.running(estate.beginBelow(inside(base)), 200_000)
  })
  afterAll(async () => {
    await estate.clear()
    assert.deepEqual(
      [base, bare].map((directory) => removedBelow(directory)),
      [true, true]
    )
  })

  /** As often as it takes: an emulated processor may be slower than a load is allowed to be. */
  const planned = async (): Promise<Plan> => {
    let plan: Plan | undefined
    await waitFor("a plan", async () => {
      plan = await estate.plan()
      return plan !== undefined
    })
    return plan ?? Promise.reject(new Error("no plan"))
  }
  const limitsDrift = async (): Promise<ReadonlyArray<string>> =>
    (await planned()).drift.flatMap(({ kind, text }) => (kind === "limits" ? [text] : []))
  const checked = async (of: Estate): Promise<string> => {
    let said = ""
    await waitFor("a load", async () => {
      const { err, out } = await of.run("check")
      said = err + out
      return !said.includes("takes longer than")
    })
    return said
  }
  const saved = async (changes: Readonly<Record<string, object>>) => {
    let savedAt = Number.NEGATIVE_INFINITY
    const before = await estate.generation()
    await waitFor("the change to be applied", async () => {
      if (performance.now() > savedAt + 20_000) {
        estate.write("all.mjs", declared(changes))
        savedAt = performance.now()
      }
      const newest = (await estate.generations())[0]
      return (newest?.number ?? 0) > before && newest?.outcome === "applied"
    })
  }

  const cgroup = async (address: string): Promise<string> =>
    cgroupOf(await estate.pid(address)) ?? ""
  const read = async (address: string, file: string): Promise<string> =>
    fs.readFileSync(join(await cgroup(address), file), "utf8").trim()

  it("are in the cgroup of a life, while reeve and what has none are in a leaf beside it", async () => {
    const tight = await cgroup("tight")
    assert.equal(dirname(dirname(tight)), base)
    assert.match(basename(dirname(tight)), /^reeve-[0-9a-f]{16}$/)
    assert.equal(await read("tight", "cpu.max"), "50000 100000")
    assert.equal(await read("tight", "pids.max"), "20")
    assert.equal(await read("tight", "memory.max"), String(100 * 1024 ** 2))
    assert.equal(await read("tight", "memory.oom.group"), "1")
    const { daemon, keeper } = await estate.info()
    const leaf = join(base, "reeve-supervisor")
    assert.equal(cgroupOf(daemon.pid), leaf)
    assert.equal(cgroupOf(keeper?.pid ?? 0), leaf)
    assert.equal(await cgroup("free"), leaf)
  })

  it("are held for what a shell could not start in its cgroup, too", async () => {
    assert.equal(dirname(dirname(await cgroup("odd"))), base)
    assert.equal(await read("odd", "pids.max"), "9")
  })

  it("slow down what uses more than its processors", async () => {
    const used = async () =>
      Number(/usage_usec (\d+)/.exec(await read("spins", "cpu.stat"))?.[1] ?? 0)
    const [before, at] = [await used(), performance.now()]
    await pause(3_000)
    const share = ((await used()) - before) / 1000 / (performance.now() - at)
    assert.isBelow(share, 0.3)
    assert.match(await read("spins", "cpu.stat"), /^nr_throttled [1-9]/m)
  })

  it("refuse a process more than there may be", async () => {
    const { exit } = await estate.waitForState("forks", "EXITED")
    assert.equal(exit?.kind === "code" ? exit.code : 0, 2)
  })

  it("end all of a program that takes too much memory, with that as the reason", async () => {
    await estate.waitForState("eats", "EXITED")
    assert.isUndefined(allProcesses().find(({ command }) => command === "sleep 7403"))
    const { out } = await estate.run("status")
    assert.include(out.split("\n").find((line) => line.startsWith("eats ")) ?? "", killed)
    assert.include(estate.log(), `exited: eats (${killed}; not expected)`)
  })

  it("say so in doctor, and are nothing to warn of", async () => {
    const { out } = await estate.run("doctor")
    assert.match(out, /the kernel holds limits\.memoryMax, limits\.cpus, limits\.tasks$/m)
    assert.isEmpty(await limitsDrift())
    const said = await checked(estate)
    assert.include(said, "7 programs")
    assert.notInclude(said, "limits.")
  })

  it("change while a process goes on, also of one that had none", async () => {
    const before = await estate.pids()
    await saved({
      tight: { ...programs.tight, limits: { cpus: 2, tasks: 30 } },
      free: { ...programs.free, limits: { cpus: 1, memoryMax: "50MB" } }
    })
    assert.deepEqual(await estate.pids(), before)
    assert.equal(await read("tight", "cpu.max"), "200000 100000")
    assert.equal(await read("tight", "pids.max"), "30")
    assert.equal(await read("tight", "memory.max"), "max")
    assert.equal(await read("free", "cpu.max"), "100000 100000")
    const child = allProcesses().find(({ command }) => command === "sleep 7405")?.pid ?? 0
    assert.equal(cgroupOf(child), await cgroup("free"))
    assert.isEmpty((await planned()).actions)
    assert.deepEqual(await limitsDrift(), [
      "limits.memoryMax is not held by the kernel, as that counts no memory which its process has already; " +
        "reeve looks after limits.memoryMax instead"
    ])
  })

  it("are the reason of an end while no daemon lived, and known to the next one", async () => {
    const before = await estate.pids()
    const late = await estate.pid("late")
    const dead = await kill(estate)
    fs.writeFileSync(go, "")
    await waitFor("the end of late", () => !isAlive(late))
    await another(estate, dead)
    await estate.waitForState("late", "EXITED")
    assert.include(estate.log(), `exited: late (${killed}; not expected)`)
    const { late: _ended, ...others } = before
    assert.deepEqual(await estate.pids(), others)
    const [free, tight] = [await cgroup("free"), await cgroup("tight")]
    const child = allProcesses().find(({ command }) => command === "sleep 7405")?.pid ?? 0
    assert.equal((await estate.run("stop", "tight", "free")).code, 0)
    assert.isFalse(isAlive(child))
    await waitFor("their cgroups to go", () => !fs.existsSync(free) && !fs.existsSync(tight))
    assert.equal((await estate.run("start", "free")).code, 0)
    assert.equal(await read("free", "memory.max"), String(50 * 1024 ** 2))
    assert.isEmpty(await limitsDrift())
  })

  it("are warned of by check where a controller is missing", async () => {
    fs.mkdirSync(poor)
    const elsewhere = new Estate({ "a.mjs": declare({ web: programs.tight }) })
    elsewhere.below = inside(poor)
    const said = await checked(elsewhere)
    await elsewhere.clear()
    assert.include(
      said,
      `limits.cpus is not held by the kernel, as ${poor} does not have the controller cpu`
    )
    assert.notInclude(said, "limits.tasks")
  })
})
