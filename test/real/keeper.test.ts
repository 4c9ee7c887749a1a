import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { setTimeout as sleep } from "node:timers/promises"
import { fileURLToPath } from "node:url"
import { afterEach, assert, describe, it } from "vitest"
import * as libc from "../../src/os/libc.ts"
import { allProcesses, processFacts } from "../../src/os/procStat.ts"

const keeperEntry = fileURLToPath(new URL("../../src/keeper/main.ts", import.meta.url))
const fakeDaemon = fileURLToPath(new URL("../fixtures/fakeDaemon.mjs", import.meta.url))

interface Keeper {
  readonly child: ChildProcess
  readonly output: () => string
  readonly errors: () => string
  /** What came on the descriptor for readiness, when the last line did. */
  readonly ready: () => Promise<string>
  readonly ended: Promise<readonly [number | null, string | null]>
}

const started: Array<ChildProcess> = []

/** `below`: the words of a program that is to start the keeper. */
const startKeeper = (below: ReadonlyArray<string>, daemonArgs: ReadonlyArray<string>): Keeper => {
  const options = JSON.stringify({ daemon: fakeDaemon, daemonArgs, ready: 3 })
  const [file, ...words] = [...below, process.execPath, keeperEntry, options]
  const child = spawn(file ?? "", words, {
    stdio: ["ignore", "pipe", "pipe", "pipe"]
  })
  started.push(child)
  const collect = (stream: NodeJS.ReadableStream | null | undefined) => {
    let text = ""
    stream?.on("data", (bytes: Buffer) => {
      text += bytes.toString()
    })
    return () => text
  }
  const [, , , pipe] = child.stdio
  const lines = collect(pipe !== null && pipe !== undefined && "read" in pipe ? pipe : null)
  const ready = () => until(() => /^(ready|failed).*\n/m.test(lines())).then(() => lines())
  const ended = once(child, "close").then(
    ([code, signal]) => [code as number | null, signal as string | null] as const
  )
  return { child, output: collect(child.stdout), errors: collect(child.stderr), ready, ended }
}

const daemonPid = async (keeper: Keeper): Promise<number> => {
  const [, pid] = /^progress one\nprogress two\nready (\d+)\n$/.exec(await keeper.ready()) ?? []
  return Number(pid ?? assert.fail("not ready"))
}

const until = async (holds: () => boolean): Promise<void> => {
  const end = performance.now() + 20_000
  while (!holds()) {
    if (performance.now() > end) assert.fail("the condition did not come true in 20 seconds")
    await sleep(10)
  }
}

/** Living processes whose command line holds the mark. */
const marked = (mark: string) =>
  allProcesses().filter((facts) => facts.command.includes(mark) && facts.pid !== process.pid)

const pidOf = (child: ChildProcess): number => child.pid ?? assert.fail("not started")

const descendantsOf = (parent: number): ReadonlyArray<number> =>
  allProcesses()
    .filter((facts) => facts.parent === parent)
    .flatMap(({ pid }) => [pid, ...descendantsOf(pid)])

/** A killed keeper leaves its daemon, which is in a session of its own. */
afterEach(() => {
  for (const child of started.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue
    const below = descendantsOf(pidOf(child))
    child.kill("SIGKILL")
    for (const pid of below) libc.kill(pid, 9)
  }
})

describe("keeper", () => {
  it("passes on that the daemon is ready, and ends with its status after an orderly stop", async () => {
    const keeper = startKeeper([], ["wait"])
    const pid = await daemonPid(keeper)
    assert.strictEqual(processFacts(pid)?.parent, pidOf(keeper.child))
    keeper.child.kill("SIGTERM")
    assert.deepStrictEqual(await keeper.ended, [7, null])
    assert.strictEqual(keeper.output(), "SIGTERM\n")
    assert.strictEqual(keeper.errors(), "")
  })

  it("passes on why the boot failed, with its status", async () => {
    const keeper = startKeeper([], ["fail"])
    assert.strictEqual(await keeper.ready(), "failed no such thing\n")
    assert.deepStrictEqual(await keeper.ended, [8, null])
  })

  it("forwards each signal once, also when a terminal sends it to the whole group", async () => {
    // setsid executes the keeper under its own pid, which then leads the group.
    const keeper = startKeeper(["setsid"], ["wait"])
    await daemonPid(keeper)
    const numbers = { SIGHUP: 1, SIGINT: 2, SIGUSR2: 12, SIGQUIT: 3 }
    for (const [count, signal] of Object.values(numbers).entries()) {
      assert.strictEqual(libc.kill(-pidOf(keeper.child), signal), 0)
      await until(() => keeper.output().split("\n").length === count + 2)
    }
    assert.strictEqual(keeper.output(), `${Object.keys(numbers).join("\n")}\n`)
  })

  it("keeps a signal that would end a booting daemon until the daemon hears it, and passes a stop", async () => {
    const keeper = startKeeper([], ["late"])
    await until(() => descendantsOf(pidOf(keeper.child)).length > 0)
    keeper.child.kill("SIGHUP")
    keeper.child.kill("SIGUSR2")
    keeper.child.kill("SIGHUP")
    await daemonPid(keeper)
    await until(() => keeper.output().split("\n").length > 2)
    assert.sameMembers(keeper.output().trim().split("\n"), ["SIGHUP", "SIGUSR2"])
    const other = startKeeper([], ["late"])
    await until(() => descendantsOf(pidOf(other.child)).length > 0)
    other.child.kill("SIGTERM")
    assert.deepStrictEqual(await other.ended, [0, null])
  })

  it("runs the daemon in a session of its own", async () => {
    const keeper = startKeeper([], ["wait"])
    const pid = await daemonPid(keeper)
    assert.strictEqual(processFacts(pid)?.session, pid)
  })

  it("stops every process of a killed daemon, names them, and exits 1", async () => {
    const mark = `100${process.pid}1`
    const keeper = startKeeper(
      [],
      [
        "wait",
        `sleep ${mark}`,
        `sleep ${mark} & sleep ${mark} & wait`,
        `setsid sh -c 'sleep ${mark} & sleep ${mark}; true' & sleep ${mark}; true`
      ]
    )
    const pid = await daemonPid(keeper)
    await until(
      () => marked(`sleep ${mark}`).filter((f) => f.command.startsWith("sleep")).length === 6
    )
    libc.kill(pid, 9)
    assert.deepStrictEqual(await keeper.ended, [1, null])
    assert.deepStrictEqual(marked(mark), [])
    assert.include(keeper.errors(), "the daemon ended unexpectedly by SIGKILL")
    assert.include(keeper.errors(), `: sleep ${mark}\n`)
  })

  it("kills what ignores TERM after ten seconds", async () => {
    const mark = `100${process.pid}2`
    const keeper = startKeeper([], ["wait", `trap '' TERM; while :; do sleep ${mark}; done`])
    const pid = await daemonPid(keeper)
    await until(() => marked(`sleep ${mark}`).some((f) => f.command.startsWith("sleep")))
    const begun = performance.now()
    libc.kill(pid, 9)
    assert.deepStrictEqual(await keeper.ended, [1, null])
    assert.isAtLeast(performance.now() - begun, 9_900)
    assert.deepStrictEqual(marked(mark), [])
  })

  it("takes a nonzero status without an announced end for a crash", async () => {
    const mark = `100${process.pid}3`
    const keeper = startKeeper([], ["crash", `sleep ${mark}`])
    assert.deepStrictEqual(await keeper.ended, [1, null])
    assert.include(keeper.errors(), "the daemon ended unexpectedly with status 3")
    assert.deepStrictEqual(marked(mark), [])
  })

  it("reaps what falls to it while the daemon lives", async () => {
    const mark = `0.5${process.pid}`
    const sleeps = () => marked(`sleep ${mark}`).filter((f) => f.command.startsWith("sleep"))
    // The inner shell ends at once, so that its child has no parent but the keeper.
    const keeper = startKeeper([], ["wait", `sh -c 'sleep ${mark} & exit 0'`])
    const own = () => allProcesses().filter((f) => f.parent === pidOf(keeper.child))
    await daemonPid(keeper)
    await until(() => own().some((f) => f.command.startsWith("sleep")))
    await until(() => sleeps().length === 0 && own().length === 1)
  })

  it("does all this as PID 1, too", async () => {
    const mark = `100${process.pid}4`
    // An ordinary user makes one in a namespace of users.
    const user = process.geteuid?.() === 0 ? [] : ["--user", "--map-root-user"]
    const namespace = ["unshare", ...user, "--pid", "--fork", "--mount-proc"]
    const orphan = "sh -c 'sleep 0.1 & exit 0'"
    const crashed = startKeeper(namespace, [
      "crash",
      `trap 'exit 0' TERM; sleep ${mark} & wait`,
      orphan
    ])
    assert.deepStrictEqual(await crashed.ended, [1, null])
    assert.deepStrictEqual(marked(mark), [])
    const keeper = startKeeper(namespace, ["wait", orphan])
    assert.match(await keeper.ready(), /\nready \d+\n$/)
    const first = allProcesses().find(({ parent }) => parent === pidOf(keeper.child))
    if (first === undefined) return assert.fail("no PID 1")
    await until(() => allProcesses().filter(({ parent }) => parent === first.pid).length === 1)
    libc.kill(first.pid, 15)
    assert.deepStrictEqual(await keeper.ended, [7, null])
  })

  it("says in one sentence that its options are wrong", async () => {
    const child = spawn(process.execPath, [keeperEntry, "{}"], {
      stdio: ["ignore", "ignore", "pipe"]
    })
    let text = ""
    child.stderr.on("data", (bytes: Buffer) => {
      text += bytes.toString()
    })
    const [code] = await once(child, "close")
    assert.strictEqual(code, 1)
    assert.strictEqual(text, "reeve: the keeper's options need daemon and daemonArgs\n")
  })
})
