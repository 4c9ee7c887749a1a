import {
  closeSync,
  constants,
  existsSync,
  openSync,
  readFileSync,
  readSync,
  writeFileSync,
  writeSync
} from "node:fs"
import { connect } from "node:net"
import { join } from "node:path"
import { text } from "node:stream/consumers"
import { afterEach, assert, describe, it } from "vitest"
import * as libc from "../../src/os/libc.ts"
import { processFacts } from "../../src/os/procStat.ts"
import { KeptDaemon, type Mode, speakingDaemon, stateOf, users } from "../real/KeptDaemon.ts"
import { waitFor } from "../real/reeve.ts"

let kept: KeptDaemon | undefined
afterEach(() => kept?.remove())

const keep = async (mode: Mode, as: "root" | "nobody" = "root") => {
  const started = new KeptDaemon(mode, as)
  kept = started
  await started.hello()
  if (mode === "up") await waitFor("it to hear", () => hears(started.daemon))
  return started
}

/** Its handler for SIGHUP is there: it said `listening` in that turn. */
const hears = (pid: number): boolean => {
  const [, caught = "0"] =
    /^SigCgt:\s*(\w+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? []
  return (BigInt(`0x${caught}`) & 1n) === 1n
}

describe("a daemon that dies", () => {
  it("is started again at once when it had come up, however often, and is told why", async () => {
    const at = await keep("up")
    const first = at.daemon
    const second = await at.kill()
    assert.deepInclude(second, { protocol: 2, run: 2 })
    assert.deepInclude(second.before, { kind: "died", text: "by SIGKILL" })
    assert.closeTo(second.before.atMs, Number(process.hrtime.bigint() / 1_000_000n), 30_000)
    assert.include(
      at.errors,
      "ended unexpectedly by SIGKILL; it is started again, and the programs go on\n"
    )
    assert.notStrictEqual(at.daemon, first)
    await waitFor("it to hear", () => hears(at.daemon))
    at.tell("!exit 3")
    const third = await at.hello()
    assert.deepInclude(third, { run: 3 })
    assert.deepInclude(third.before, { text: "with status 3" })
    assert.include(at.errors, "with status 3; it is started again, and the programs go on\n")
  })

  it("is started again and again, also when it fails its boot or dies before a word", async () => {
    const at = await keep("up")
    const program = await at.spawn("exec sleep 1000")
    at.begin("mute")
    libc.kill(at.daemon, 9)
    await waitFor("a dead follower", () => at.errors.includes("with status 4"))
    at.begin("fail")
    assert.deepInclude((await at.hello()).before, { text: "with status 4" })
    await waitFor("a failed boot", () => at.errors.includes("with status 8"))
    // One that could not come up is a reason to wait.
    assert.include(at.errors, "with status 4; it is started again in 1 s, and the programs go on\n")
    at.begin("up")
    const last = await at.hello()
    assert.deepInclude(last, { run: 4 })
    assert.deepInclude(last.before, { text: "with status 8" })
    assert.strictEqual(processFacts(program)?.parent, at.pid)
    assert.strictEqual(stateOf(program), "S")
  })

  it("in its first boot ends everything", async () => {
    const at = await keep("quiet")
    const program = await at.spawn("exec sleep 1000")
    libc.kill(at.daemon, 9)
    assert.deepStrictEqual(await at.ended, [1, null])
    await waitFor("init to reap it", () => stateOf(program) === null)
  })

  it("without having said hello ends everything, as a daemon of protocol 1", async () => {
    const at = new KeptDaemon("legacy")
    kept = at
    await at.hello()
    const program = await at.spawn("exec sleep 1000")
    libc.kill(at.daemon, 9)
    assert.deepStrictEqual(await at.ended, [1, null])
    await waitFor("init to reap it", () => stateOf(program) === null)
  })

  it("leaves facts to the next one, the latest of each", async () => {
    const at = await keep("up")
    at.tell(
      'fact a {"x":1}',
      "fact b {}",
      "fact a an other text ",
      "fact c 1",
      "forget b",
      "!exit 1"
    )
    await at.line(/^begun/)
    await at.hello()
    const told = at.lines.slice(at.lines.lastIndexOf("begun 2 one") + 1)
    assert.deepStrictEqual(told.slice(0, 2), ["< fact a an other text ", "< fact c 1"])
    assert.match(told[2] ?? "", /^< hello /)
  })
})

describe("exits", () => {
  it("of programs whose daemon died stay with the kernel until they are taken, one after the other", async () => {
    const at = await keep("up")
    const gate = join(at.directory, "gate")
    const pids: Array<number> = []
    for (let count = 0; count < 50; count += 1) {
      const end = count === 49 ? "kill -9 $$" : `exit ${count}`
      pids.push(await at.spawn(`until [ -e ${gate} ]; do sleep 0.1; done; ${end}`))
    }
    const living = await at.spawn("exec sleep 1000")
    at.begin("quiet")
    await at.kill()
    writeFileSync(gate, "")
    await waitFor("all to end", () => pids.every((pid) => stateOf(pid) === "Z"))
    at.tell("exits")
    const told = new Map<number, string>()
    for (const _ of pids) {
      const [, text = ""] = await at.line(/^< exit (.*)/)
      const exit = JSON.parse(text)
      assert.strictEqual(stateOf(exit.pid), "Z")
      assert.strictEqual(exit.startTicks, processFacts(exit.pid)?.startTicks)
      assert.notInclude(at.lines, "< caughtUp")
      told.set(exit.pid, `${exit.code} ${exit.status}`)
      at.tell('taken {"pid":1}', `taken {"pid":${exit.pid}}`)
      await waitFor("it to be reaped", () => stateOf(exit.pid) === null)
    }
    const expected = pids.map((_, count) => (count === 49 ? "2 9" : `1 ${count}`))
    assert.deepStrictEqual(
      pids.map((pid) => told.get(pid)),
      expected
    )
    await at.line(/^< caughtUp$/)
    libc.kill(living, 15)
    const [, later = ""] = await at.line(/^< exit (.*)/)
    assert.deepInclude(JSON.parse(later), { pid: living, code: 2, status: 15 })
    // Not taken: the daemon after this one hears of it.
    await at.kill()
    at.tell("exits")
    const [, again = ""] = await at.line(/^< exit (.*)/)
    assert.deepInclude(JSON.parse(again), { pid: living })
    at.tell(`taken {"pid":${living}}`)
    await at.line(/^< caughtUp$/)
  })

  it("do not hide the daemon's own, which is seen behind fifty of them", async () => {
    const at = await keep("up")
    const pids: Array<number> = []
    for (let count = 0; count < 50; count += 1) pids.push(await at.spawn("exec sleep 1000"))
    await at.kill()
    for (const pid of pids) libc.kill(pid, 15)
    await waitFor("all to end", () => pids.every((pid) => stateOf(pid) === "Z"))
    assert.deepInclude((await at.kill()).before, { text: "by SIGKILL" })
  })
})

for (const user of users) {
  describe(`what is held, as ${user}`, () => {
    it("is the bytes of writers that ended while no daemon was there", async () => {
      const at = await keep("up", user)
      const path = join(at.fifos, "a.stdout")
      libc.mkfifo(path, 0o666)
      writeFileSync(join(at.fifos, "file"), "")
      const paths = [path, join(at.fifos, "file"), join(at.fifos, "none")]
      at.tell(`hold ${JSON.stringify({ id: 7, paths })}`)
      const [, held = ""] = await at.line(/^< held (.*)/)
      const failed = { [paths[1] ?? ""]: "EINVAL", [paths[2] ?? ""]: "ENOENT" }
      assert.deepStrictEqual(JSON.parse(held), { id: 7, failed })
      const writer = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK)
      at.begin("quiet")
      libc.kill(at.daemon, 9)
      writeSync(writer, "last words")
      closeSync(writer)
      const hello = await at.hello()
      assert.deepStrictEqual(Object.keys(hello.held), [path])
      const link = `/proc/${at.pid}/fd/${hello.held[path]}`
      assert.strictEqual(readNow(link, 4), "last")
      assert.strictEqual(readNow(path, 100), " words")
      at.tell(
        `keep ${JSON.stringify({ paths: [path] })}`,
        `drop ${JSON.stringify({ paths: [path] })}`
      )
      await waitFor("it to let go", () => !existsSync(link))
    })

    it("is every FIFO that was there at the start", async () => {
      const at = new KeptDaemon("up", user, ["early.stdout", "early.stderr"])
      kept = at
      const { held } = await at.hello()
      const paths = ["early.stderr", "early.stdout"].map((name) => join(at.fifos, name))
      assert.deepStrictEqual(Object.keys(held).sort(), paths)
      at.tell(`keep ${JSON.stringify({ paths: paths.slice(0, 1) })}`, "!exit 1")
      assert.deepStrictEqual(Object.keys((await at.hello()).held), paths.slice(0, 1))
    })

    it("is a listening socket, which the next daemon accepts on", async () => {
      const at = await keep("up", user)
      at.tell("!file")
      const [, file] = await at.line(/^file (\d+)/)
      at.tell("!open")
      const [, fd, port] = await at.line(/^open (\d+) (\d+)/)
      at.tell(`listen {"id":1,"name":"web","fd":${fd}}`, `listen {"id":2,"name":"no","fd":${file}}`)
      at.tell('listen {"id":3,"name":"no","fd":900}', 'listen {"id":4,"name":"no","fd":1.5}')
      await at.line(/^< listened {"id":1,"errno":null}$/)
      await at.line(/^< listened {"id":2,"errno":"ENOTSOCK"}$/)
      await at.line(/^< listened {"id":3,"errno":"EBADF"}$/)
      const { sockets } = await at.kill()
      assert.deepStrictEqual(sockets, { web: 5 })
      const client = connect(Number(port), "127.0.0.1")
      at.tell(`!accept ${sockets.web}`)
      assert.strictEqual(await text(client), String(at.daemon))
      at.tell('unlisten {"name":"web"}', "!exit 1")
      assert.deepStrictEqual((await at.hello()).sockets, {})
    })
  })
}

const readNow = (path: string, most: number): string => {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  const bytes = Buffer.alloc(most)
  const length = readSync(fd, bytes)
  closeSync(fd)
  return bytes.toString("utf8", 0, length)
}

describe("an end that is meant", () => {
  it("ends the keeper too after `leaving`, and touches nothing", async () => {
    const at = await keep("up")
    const program = await at.spawn("exec sleep 1000")
    at.tell("leaving", "!exit 0")
    assert.deepStrictEqual(await at.ended, [0, null])
    assert.strictEqual(stateOf(program), "S")
    libc.kill(program, 9)
  })

  it("ends the keeper after `leaving` also when the daemon breaks while it ends", async () => {
    const at = await keep("up")
    at.tell("leaving", "!exit 134")
    assert.deepStrictEqual(await at.ended, [0, null])
  })

  it("is followed by the entry that `replacing` names, also when that one dies", async () => {
    const at = await keep("up")
    const program = await at.spawn("exec sleep 1000")
    const daemonArgs = [join(at.directory, "mode"), "two"]
    at.tell(`replacing ${JSON.stringify({ daemon: speakingDaemon, daemonArgs })}`, "!exit 0")
    await at.line(/^begun 2 two$/)
    assert.deepInclude(await at.hello(), { run: 2, before: { kind: "replaced" } })
    assert.strictEqual(at.errors, "")
    libc.kill(at.daemon, 9)
    await at.line(/^begun 2 two$/)
    assert.deepInclude((await at.hello()).before, { kind: "died" })
    assert.strictEqual(stateOf(program), "S")
  })

  it("has its status, and 0 when it said nothing of it is no such end", async () => {
    const at = await keep("up")
    at.tell("!exit 0")
    assert.deepInclude((await at.hello()).before, { text: "with status 0" })
    await waitFor("it to hear", () => hears(at.daemon))
    at.tell("ending", "!exit 6")
    assert.deepStrictEqual(await at.ended, [6, null])
  })
})
