import * as fs from "node:fs"
import { afterEach, assert, describe, it } from "vitest"
import { isRoot } from "./Estate.ts"
import { waitFor } from "./reeve.ts"
import { childrenOf, isAlive, SupervisordSite } from "./SupervisordSite.ts"

const sites: Array<SupervisordSite> = []
const site = (programs: string, settings = ""): SupervisordSite => {
  const made = new SupervisordSite(programs, settings)
  sites.push(made)
  return made
}
afterEach(async () => {
  for (const made of sites.splice(0)) await made.clear()
})

const cat = "[program:cat]\ncommand=/bin/cat\n"
const asRoot = isRoot ? ["CRIT Supervisor is running as root."] : []

describe("reeve supervisord in the foreground", () => {
  it("logs its life in supervisord's lines and order, to the file and to standard output", async () => {
    const at = site(cat)
    const begun = await at.up()
    await at.waitForState("cat", "RUNNING")
    const [pid] = /\d+/.exec(at.status("cat")) ?? [""]
    begun.child.kill("SIGTERM")
    assert.equal(await begun.ended, 0)
    const lines = at.log().map((line) => line.replace(/(running as root\.).*/, "$1"))
    assert.deepEqual(lines, [
      ...asRoot,
      "INFO RPC interface 'supervisor' initialized",
      "CRIT Server 'unix_http_server' running without any HTTP authentication checking",
      `INFO supervisord started with pid ${begun.pid}`,
      `INFO spawned: 'cat' with pid ${pid}`,
      "INFO success: cat entered RUNNING state, process has stayed up for > than 1 seconds (startsecs)",
      "WARN received SIGTERM indicating exit request",
      "INFO waiting for cat to die",
      "WARN stopped: cat (terminated by SIGTERM)"
    ])
    assert.equal(begun.out(), fs.readFileSync(at.path("s.log"), "utf8"))
    assert.match(begun.out(), /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} (CRIT|INFO) /)
  })

  it("prints nothing when it is silent", async () => {
    const at = site(cat)
    const begun = await at.up(["-s"])
    begun.child.kill("SIGINT")
    assert.equal(await begun.ended, 0)
    assert.equal(begun.out(), "")
    assert.include(at.log(), "WARN received SIGINT indicating exit request")
  })

  it("writes the pid that clients are told, and removes pidfile and socket at its end", async () => {
    const at = site(cat)
    const begun = await at.up()
    assert.equal(at.pid(), begun.pid)
    assert.equal(at.ctl("pid").out, `${begun.pid}\n`)
    assert.equal(at.ctl("shutdown").out, "Shut down\n")
    assert.equal(await begun.ended, 0)
    assert.isFalse(fs.existsSync(at.path("s.pid")))
    assert.isFalse(fs.existsSync(at.path("s.sock")))
  })

  it("goes on without a pidfile that cannot be written", async () => {
    const at = site(cat)
    fs.symlinkSync(at.path("elsewhere"), at.path("s.pid"))
    await at.up()
    assert.include(at.log(), `CRIT could not write pidfile ${at.path("s.pid")}`)
    assert.isFalse(fs.existsSync(at.path("elsewhere")))
  })

  it("copies what programs print into the main log at level debug", async () => {
    const at = site("[program:says]\ncommand=/bin/sh -c 'echo hello; exec sleep 1000'\n")
    await at.up(["-e", "debug"])
    await at.waitForLine(/^DEBG 'says' stdout output:$/)
    assert.include(at.log(), "hello")
  })

  it("rotates the main log by its limits", async () => {
    const at = site(cat, "logfile_maxbytes=200\nlogfile_backups=2")
    await at.up()
    for (let n = 0; n < 3; n++) at.ctl("restart", "cat")
    const files = fs.readdirSync(at.directory).filter((name) => name.startsWith("s.log"))
    assert.sameMembers(files, ["s.log", "s.log.1", "s.log.2"])
    assert.isAtLeast(fs.statSync(at.path("s.log.1")).size, 200)
  })

  it("reopens its log on USR2, is not hurt by USR1, and says what a bad log path is", async () => {
    const at = site(cat)
    const begun = await at.up()
    await at.waitForState("cat", "RUNNING")
    fs.renameSync(at.path("s.log"), at.path("moved.log"))
    begun.child.kill("SIGUSR1")
    begun.child.kill("SIGUSR2")
    await waitFor("a new log", () => fs.existsSync(at.path("s.log")))
    assert.match(
      fs.readFileSync(at.path("moved.log"), "utf8"),
      /received SIGUSR2 indicating log reopen request\n.*supervisord logreopen\n$/
    )
    assert.isTrue(await at.answers())

    const other = site(cat)
    fs.mkdirSync(other.path("s.log"))
    const refused = other.begin()
    assert.equal(await refused.ended, 1)
    assert.match(
      refused.err(),
      /^Error: could not open the log file .*s\.log: EISDIR\nFor help, use /
    )
  })
})

describe("reeve supervisord's refusals", () => {
  it("are two lines on standard error and status 2", async () => {
    const at = site("[program:x]\nautostart=maybe\ncommand=/bin/cat\n")
    const begun = at.begin()
    assert.equal(await begun.ended, 2)
    assert.equal(
      begun.err(),
      "Error: not a valid boolean value: 'maybe' in section 'program:x' (file: 's.conf')\n" +
        "For help, use reeve supervisord -h\n"
    )
    assert.equal(at.daemonise("--nope").code, 2)
    assert.isFalse(fs.existsSync(at.path("s.log")))
  })

  it("name the real hard limit when too few files can be opened", async () => {
    const at = site(cat, "minfds=900")
    const begun = at.begin([], ["prlimit", "--nofile=500:800", ...unprivileged])
    assert.equal(await begun.ended, 2)
    assert.match(
      begun.err(),
      /required to run this process is 900 .* only allow you to open 800 file/
    )
  })

  it("leave alone the one that runs on the same file, and its log", async () => {
    const at = site(cat)
    await at.up()
    await at.waitForState("cat", "RUNNING")
    const before = fs.readFileSync(at.path("s.log"), "utf8")
    const second = at.begin()
    assert.equal(await second.ended, 2)
    assert.match(second.err(), /^Error: Another program is already listening on a port /)
    // Where its own state does not tell, the socket does.
    at.environment["REEVE_STATE_DIR"] = at.path("other")
    const third = at.begin()
    assert.equal(await third.ended, 2)
    assert.match(third.err(), /^Error: Another program is already listening on a port /)
    at.environment["REEVE_STATE_DIR"] = at.path("state")
    assert.equal(fs.readFileSync(at.path("s.log"), "utf8"), before)
    assert.isTrue(await at.answers())
  })
})

/** Root could raise its hard limits. */
const unprivileged = isRoot
  ? ["setpriv", "--bounding-set=-sys_resource", "--inh-caps=-sys_resource"]
  : []

describe("reeve supervisord in the background", () => {
  it("returns when it is up, and ends in order by its pidfile", async () => {
    const at = site(cat)
    const { code, err, out } = at.daemonise()
    assert.deepEqual({ code, err, out }, { code: 0, err: "", out: "" })
    assert.isTrue(await at.answers())
    assert.include(at.log(), "INFO daemonizing the supervisord process")
    const pid = at.pid()
    process.kill(pid, "SIGTERM")
    await waitFor("the daemon to end", () => !isAlive(pid))
    assert.isFalse(fs.existsSync(at.path("s.pid")))
  })

  it("tells on standard error what keeps it from coming up", async () => {
    const at = site(cat)
    await at.up()
    const { code, err } = at.daemonise()
    assert.equal(code, 2)
    assert.match(err, /^Error: Another program is already listening .*\nFor help, use /)
  })

  it("raises the limit of open files for programs, and takes umask and directory", async () => {
    const at = site(
      "[program:says]\ncommand=/bin/sh -c 'ulimit -Sn; umask; pwd; exec sleep 1000'\nstdout_logfile=out\n",
      "minfds=1500\numask=027\ndirectory=/"
    )
    // The limit that counts is that of whoever starts it: Node raises its own.
    const shell = ["sh", "-c", 'ulimit -Sn 1000; "$@"; exit $?', "sh"]
    const begun = at.begin([], shell)
    await waitFor(
      "its words",
      () =>
        fs.existsSync(at.path("out")) &&
        fs.readFileSync(at.path("out"), "utf8").split("\n").length > 3
    )
    assert.equal(fs.readFileSync(at.path("out"), "utf8"), "1500\n0027\n/\n")
    assert.include(at.log(), "INFO Increased RLIMIT_NOFILE limit to 1500")
    process.kill(at.pid(), "SIGTERM")
    assert.equal(await begun.ended, 0)
  })

  it("drops privileges before it becomes anything, or says that it cannot", async () => {
    const at = site(
      "[program:says]\ncommand=/bin/sh -c 'id -u; id -G; exec sleep 1000'\nstdout_logfile=out\n",
      isRoot ? "user=nobody" : "user=root"
    )
    if (!isRoot) {
      const refused = at.begin()
      assert.equal(await refused.ended, 2)
      assert.match(refused.err(), /^Error: Can't drop privilege as nonroot user\n/)
      return
    }
    const begun = await at.up()
    await waitFor(
      "its words",
      () =>
        fs.existsSync(at.path("out")) &&
        fs.readFileSync(at.path("out"), "utf8").split("\n").length > 2
    )
    assert.equal(fs.readFileSync(at.path("out"), "utf8"), "65534\n65534\n")
    for (const pid of [begun.pid, ...childrenOf(begun.pid)]) {
      assert.match(
        fs.readFileSync(`/proc/${pid}/status`, "utf8"),
        /^Uid:\s+65534\s+65534\s+65534\s+65534$/m
      )
    }
    assert.equal(at.log()[0], "INFO Set uid to user 65534 succeeded")
    assert.equal(fs.statSync(at.path("s.log")).uid, 65534)
  })
})
