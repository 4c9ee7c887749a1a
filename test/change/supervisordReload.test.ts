import * as fs from "node:fs"
import { createServer } from "node:net"
import { afterEach, assert, describe, it } from "vitest"
import { waitFor } from "../real/reeve.ts"
import { childrenOf, SupervisordSite } from "../real/SupervisordSite.ts"

const sites: Array<SupervisordSite> = []
const site = (programs: string): SupervisordSite => {
  const made = new SupervisordSite(programs)
  sites.push(made)
  return made
}
afterEach(async () => {
  for (const made of sites.splice(0)) await made.clear()
})

const cat = "[program:cat]\ncommand=/bin/cat\n"
const dog = "[program:dog]\ncommand=/bin/cat\n"
const started = /^INFO supervisord started with pid /

const starts = (at: SupervisordSite): number => at.log().filter((line) => started.test(line)).length
const begunAgain = (at: SupervisordSite, times: number) =>
  waitFor("a new daemon", async () => starts(at) === times && (await at.answers()))

describe("a reload", () => {
  it("by HUP stops everything, keeps the pid, and runs the new configuration", async () => {
    const at = site(cat)
    const begun = await at.up()
    await at.waitForState("cat", "RUNNING")
    const [daemon] = childrenOf(begun.pid)
    at.configure(dog)
    begun.child.kill("SIGHUP")
    await begunAgain(at, 2)
    assert.equal(at.pid(), begun.pid)
    assert.notEqual(childrenOf(begun.pid)[0], daemon)
    await at.waitForState("dog", "RUNNING")
    assert.match(at.ctl("status").out, /^dog +RUNNING .*\n$/)
    assert.include(at.log(), "WARN received SIGHUP indicating restart request")
    assert.include(at.log(), "WARN stopped: cat (terminated by SIGTERM)")
  })

  it("by a client starts again what was stopped by hand", async () => {
    const at = site(cat)
    await at.up()
    at.ctl("stop", "cat")
    assert.match(at.status("cat"), /^STOPPED/)
    assert.equal(at.ctl("reload").out, "Restarted supervisord\n")
    await begunAgain(at, 2)
    await at.waitForState("cat", "RUNNING")
  })

  it("to a configuration that is refused stops nothing, whoever asks", async () => {
    const at = site(cat)
    const begun = await at.up()
    await at.waitForState("cat", "RUNNING")
    const before = at.status("cat").slice(0, 20)
    at.configure("[program:cat]\nautostart=maybe\ncommand=/bin/cat\n")
    begun.child.kill("SIGHUP")
    await at.waitForLine(/^ERRO restart refused.*not a valid boolean value: 'maybe'/)
    const asked = at.ctl("reload")
    assert.match(asked.out + asked.err, /not a valid boolean value: 'maybe'/)
    at.configure(cat, "logfile=/nowhere/s.log")
    const log = at.ctl("reload")
    assert.match(log.out + log.err, /nowhere/)
    at.configure(cat, `user=${process.geteuid?.() === 0 ? "nobody" : "root"}`)
    const user = at.ctl("reload")
    assert.match(user.out + user.err, /counts from a start on|drop privilege as nonroot/)
    assert.equal(at.status("cat").slice(0, 20), before)
    assert.equal(starts(at), 1)
    at.configure(dog)
    begun.child.kill("SIGHUP")
    await begunAgain(at, 2)
  })

  it("to an address that somebody else listens on stops nothing; its own may change its spelling", async () => {
    const other = createServer()
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve))
    const address = other.address()
    const port = address instanceof Object ? address.port : assert.fail("no port")
    const at = site(cat)
    await at.up()
    await at.waitForState("cat", "RUNNING")
    const server = (host: string) => `[inet_http_server]\nport=${host}:${port}\n`
    at.configure(cat + server("127.0.0.1"))
    const asked = at.ctl("reload")
    assert.match(asked.out + asked.err, /Another program is already listening on a port/)
    assert.match(at.status("cat"), /^RUNNING/)
    await new Promise((resolve) => other.close(resolve))
    for (const [count, host] of ["127.0.0.1", "*", "127.0.0.1"].entries()) {
      at.configure(cat + server(host))
      assert.equal(at.ctl("reload").out, "Restarted supervisord\n")
      await begunAgain(at, count + 2)
    }
  })

  it("becomes an end when TERM comes meanwhile", async () => {
    const at = site(
      "[program:slow]\ncommand=/bin/sh -c 'trap \"sleep 1; exit 0\" TERM; while :; do sleep 0.05; done'\n"
    )
    const begun = await at.up()
    await at.waitForState("slow", "RUNNING")
    begun.child.kill("SIGHUP")
    await at.waitForLine(/waiting for slow to die/)
    begun.child.kill("SIGTERM")
    await at.waitForLine(/received SIGTERM/)
    begun.child.kill("SIGHUP")
    assert.equal(await begun.ended, 0)
    assert.equal(starts(at), 1)
    assert.include(
      at.log(),
      "WARN ignored SIGHUP indicating restart request (shutdown in progress)"
    )
  })
})

describe("a working directory that was removed", () => {
  it("keeps neither a start nor a reload from coming up", async () => {
    const at = site(cat)
    const release = at.path("release")
    fs.mkdirSync(release)
    const words = (go: string) => [
      "/bin/sh",
      "-c",
      `${go} && exec "$1" "$2" supervisord -n -c ${at.path("s.conf")}`,
      "sh"
    ]
    const first = await at.up([], words(`cd ${release}`))
    fs.rmdirSync(release)
    assert.equal(at.ctl("reload").code, 0)
    await begunAgain(at, 2)
    await at.waitForState("cat", "RUNNING")
    first.child.kill("SIGTERM")
    assert.equal(await first.ended, 0)
    fs.mkdirSync(release)
    await at.up([], words(`cd ${release} && rmdir ${release}`))
    await at.waitForState("cat", "RUNNING")
  })
})

describe("signals that come while a new daemon begins", () => {
  it("end nothing: they are heard when it is there", async () => {
    const at = site(cat)
    const begun = await at.up()
    for (const signal of ["SIGUSR2", "SIGHUP", "SIGUSR1"] as const) {
      const [daemon] = childrenOf(begun.pid)
      const before = starts(at)
      at.ctl("reload")
      await waitFor("the next daemon", () => {
        const [next] = childrenOf(begun.pid)
        return next !== undefined && next !== daemon
      })
      begun.child.kill(signal)
      await begunAgain(at, before + (signal === "SIGHUP" ? 2 : 1))
      assert.isNull(begun.child.exitCode, `after ${signal}`)
    }
    assert.include(at.log(), "INFO received SIGUSR2 indicating log reopen request")
    await at.waitForState("cat", "RUNNING")
  })
})

describe("an end while hundreds of programs are started", () => {
  it("is an end: nothing is waited for that never began", async () => {
    const at = site(`[program:many]
command=/bin/sleep 1000
numprocs=200
process_name=%(program_name)s_%(process_num)03d
stdout_logfile=NONE
stderr_logfile=NONE
`)
    for (const moment of [/supervisord started/, /spawned: /]) {
      const begun = at.begin()
      await at.waitForLine(moment)
      begun.child.kill("SIGTERM")
      assert.equal(await begun.ended, 0)
      assert.isFalse(fs.existsSync(at.path("s.pid")))
      fs.rmSync(at.path("s.log"))
    }
  })
})

const pidIn = (status: string): string | undefined => /pid (\d+)/.exec(status)?.[1]

describe("what was stopped by hand", () => {
  it("stays so over a crash of the daemon, but not over an orderly end", async () => {
    const at = site(cat + dog)
    const first = await at.up()
    at.ctl("stop", "cat")
    const [daemon = 0] = childrenOf(first.pid)
    await at.waitForState("dog", "RUNNING")
    const dogBefore = at.status("dog")
    process.kill(daemon, "SIGKILL")
    // Pidfile and socket of the dead one are in the way of nobody.
    assert.isTrue(fs.existsSync(at.path("s.sock")))
    await at.waitForLine(/^WARN the daemon before ended by SIGKILL/)
    await at.waitForState("dog", "RUNNING")
    assert.strictEqual(pidIn(at.status("dog")), pidIn(dogBefore))
    assert.match(at.status("cat"), /^STOPPED/)
    first.child.kill("SIGTERM")
    await first.ended
    await at.up()
    await at.waitForState("cat", "RUNNING")
  })
})

describe("--watch", () => {
  it("applies what a save says, and keeps what runs when it is wrong", async () => {
    const at = site(cat)
    await at.up(["--watch"])
    at.configure(cat + dog)
    await waitFor("dog to be there", () => at.status("dog").startsWith("RUNNING"))
    at.configure(`${cat}nonsense\n`)
    await at.waitForLine(/^ERRO the changed files are not taken: .*parsing errors/)
    assert.match(at.status("cat"), /^RUNNING/)
    at.configure(dog)
    await waitFor("cat to be gone", () => at.status("cat").includes("no such process"))
  })
})
