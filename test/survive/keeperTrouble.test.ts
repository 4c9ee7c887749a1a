import { existsSync, readFileSync, symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterEach, assert, describe, it } from "vitest"
import * as libc from "../../src/os/libc.ts"
import { processFacts } from "../../src/os/procStat.ts"
import { KeptDaemon, type Mode, stateOf, users } from "../real/KeptDaemon.ts"
import { waitFor } from "../real/reeve.ts"

const keeperEntry = fileURLToPath(new URL("../../src/keeper/main.ts", import.meta.url))

let kept: KeptDaemon | undefined
afterEach(() => kept?.remove())

const keep = async (mode: Mode, as: "root" | "nobody" = "root") => {
  const started = new KeptDaemon(mode, as)
  kept = started
  await started.hello()
  return started
}

/** What the daemon says through the keeper's echo: everything before was heard. */
const heard = async (at: KeptDaemon) => {
  at.tell('hold {"id":99,"paths":[]}')
  await at.line(/^< held {"id":99,/)
}

describe("a stop signal", () => {
  it("that comes before a follower hears waits for that, whatever comes after it", async () => {
    const at = await keep("up")
    await heard(at)
    const program = await at.spawn("exec sleep 1000")
    at.begin("quiet")
    await at.kill()
    for (const signal of ["SIGHUP", "SIGTERM", "SIGTERM"] as const) at.child.kill(signal)
    await heard(at)
    at.tell("!hear")
    // In the kernel's order.
    for (const _ of ["SIGTERM", "SIGHUP"]) await at.line(/^signal /)
    await heard(at)
    const signals = at.lines.filter((line) => line.startsWith("signal "))
    assert.sameMembers(signals, ["signal SIGTERM", "signal SIGHUP"])
    assert.strictEqual(stateOf(program), "S")
    at.tell("ending", "!exit 0")
    assert.deepStrictEqual(await at.ended, [0, null])
    libc.kill(program, 9)
  })

  it("ends the pause before a restart", async () => {
    const at = await keep("up")
    await heard(at)
    at.begin("mute")
    libc.kill(at.daemon, 9)
    // Four deaths: the pause is four seconds.
    await waitFor("a longer pause", () => at.errors.includes("again in 4 s"))
    const begun = performance.now()
    at.begin("up")
    at.child.kill("SIGTERM")
    await at.line(/^signal SIGTERM$/)
    assert.isBelow(performance.now() - begun, 3_500)
    at.tell("ending", "!exit 0")
    assert.deepStrictEqual(await at.ended, [0, null])
  })

  it("that no follower comes to hear makes the keeper stop what it inherited", async () => {
    for (const mode of ["mute", "fail"] as const) {
      const at = await keep("up")
      await heard(at)
      const program = await at.spawn("exec sleep 1000")
      at.begin("mute")
      libc.kill(at.daemon, 9)
      await waitFor("a pause", () => at.errors.includes("again in 1 s"))
      at.begin(mode)
      at.child.kill("SIGINT")
      at.child.kill("SIGINT")
      assert.deepStrictEqual(await at.ended, [1, null])
      assert.include(at.errors, `stopping pid ${program}: sleep 1000\n`)
      await waitFor("init to reap it", () => stateOf(program) === null)
      at.remove()
    }
  })

  it("that a daemon heard and died of is heard by the next one", async () => {
    const at = await keep("up")
    await heard(at)
    at.child.kill("SIGTERM")
    await at.line(/^signal SIGTERM$/)
    await at.kill()
    await at.line(/^signal SIGTERM$/)
    at.tell("!exit 9")
    assert.deepStrictEqual(await at.ended, [1, null])
  })
})

for (const user of users) {
  describe(`a renewed keeper, as ${user}`, () => {
    it("has the same pid, the same daemon, and all that the one before had", async () => {
      const at = await keep("up", user)
      const path = join(at.fifos, "a.stdout")
      libc.mkfifo(path, 0o666)
      at.tell(`hold ${JSON.stringify({ id: 1, paths: [path] })}`, "fact a 1", "!open")
      const [, fd] = await at.line(/^open (\d+)/)
      at.tell(`listen {"id":1,"name":"web","fd":${fd}}`)
      await at.line(/^< listened/)
      const program = await at.spawn("exec sleep 1000")
      const other = join(at.directory, "keeper.ts")
      writeFileSync(other, `import ${JSON.stringify(keeperEntry)}\n`)
      at.tell(`renew ${JSON.stringify({ keeper: other })}`, "fact b 2")
      const { daemon } = at
      const hello = await at.hello()
      assert.deepInclude(hello, { run: 1, before: { kind: "none" } })
      assert.include(readFileSync(`/proc/${at.pid}/cmdline`, "utf8"), other)
      assert.strictEqual(processFacts(daemon)?.parent, at.pid)
      assert.isTrue(existsSync(`/proc/${at.pid}/fd/${hello.held[path]}`))
      // Strangers fall to it as before, and the pid of one is nobody else's.
      at.tell("exits")
      await at.line(/^< caughtUp/)
      at.child.kill("SIGHUP")
      await at.line(/^signal SIGHUP$/)
      libc.kill(daemon, 9)
      await at.line(/^< fact a 1$/)
      await at.line(/^< fact b 2$/)
      assert.deepInclude(await at.hello(), { run: 2, sockets: { web: 5 } })
      at.tell("exits")
      await at.line(/^< caughtUp/)
      libc.kill(program, 15)
      const [, exit = ""] = await at.line(/^< exit (.*)/)
      assert.deepInclude(JSON.parse(exit), { pid: program, status: 15 })
      // The exit that was shown is known to the next keeper, too.
      at.tell(`renew ${JSON.stringify({ keeper: keeperEntry })}`)
      await at.hello()
      assert.strictEqual(stateOf(program), "Z")
      at.tell(`taken {"pid":${program}}`)
      await waitFor("it to be reaped", () => stateOf(program) === null)
      at.tell("ending", "!exit 0")
      assert.deepStrictEqual(await at.ended, [0, null])
      assert.notInclude(at.errors, "cannot")
    })
  })
}

describe("a keeper that cannot be renewed", () => {
  it("says so and goes on", async () => {
    const at = await keep("up")
    at.tell(`renew ${JSON.stringify({ keeper: "/nope.js" })}`)
    await waitFor("it to say so", () => at.errors.includes("cannot become /nope.js: ENOENT"))
    await heard(at)
    assert.deepInclude(await at.kill(), { run: 2 })
  })
})

describe("whatever a daemon says or a file is", () => {
  it("does not end the keeper", async () => {
    const at = await keep("up")
    symlinkSync("/dev/zero", join(at.fifos, "link"))
    at.tell(
      ...["hold", "hold []", "hold null", 'hold {"id":1}', 'hold {"paths":[1]}', "taken x", "{}"],
      ...["fact", "fact  ", "forget", "drop 1", 'keep {"paths":{}}', 'listen {"name":"x"}', ""],
      ...[
        "replacing {}",
        "renew {}",
        "unlisten {}",
        "hello x",
        "\u0000\u00ff",
        "exit 5",
        "caughtUp"
      ],
      `hold ${JSON.stringify({ id: 5, paths: [join(at.fifos, "link"), "/", "", "\u0000"] })}`
    )
    const [, held = ""] = await at.line(/^< held (.*"id":5.*)/)
    assert.sameMembers(Object.values(JSON.parse(held).failed), [
      "ELOOP",
      "EINVAL",
      "ENOENT",
      "ERR_INVALID_ARG_VALUE"
    ])
    at.tell("!long 100000000", "", 'hello {"protocol":2}')
    await heard(at)
    assert.deepInclude(await at.kill(), { run: 2 })
    assert.notInclude(at.errors, "fault")
  })

  it("keeps it from nothing, also when that daemon never reads an answer", async () => {
    const at = await keep("up")
    await heard(at)
    // Each answer is as long as its question: together far more than a socket holds.
    at.tell("!deaf", "!many 5000")
    await at.line(/^written$/)
    at.child.kill("SIGHUP")
    await at.line(/^signal SIGHUP$/)
    libc.kill(at.daemon, 9)
    assert.deepInclude(await at.hello(), { run: 2 })
  })
})
