/** The shell on a terminal (section 5.5), with the keys that people press, against Debian's supervisord. */
import { execFile } from "node:child_process"
import { existsSync, statSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import {
  type Client,
  clients,
  freePort,
  head,
  type Lab,
  makeLab,
  until
} from "./supervisorctl/Lab.ts"

const script = fileURLToPath(new URL("./supervisorctl/session.py", import.meta.url))
const both: ReadonlyArray<Client> = ["theirs", "ours"]
const prompt = "supervisor> "
const interrupt = "\x03"
const end = "\x04"

describe("the shell on a terminal", () => {
  let lab: Lab | null = null
  let port = 0
  const at = (): Lab => {
    if (lab === null) throw new Error("no server")
    return lab
  }
  beforeAll(async () => {
    port = await freePort()
    const login = "username=ann\npassword=secret\n"
    lab = makeLab(`${head}
[inet_http_server]
port=127.0.0.1:${port}
${login}
[program:cat]
command=/bin/cat
stdout_logfile=DIR/cat.log
startsecs=0
[program:answering]
command=/bin/sed -u "s/^/heard /"
stdout_logfile=DIR/answering.log
startsecs=0
[program:group_of_two]
command=/bin/cat
process_name=number_%(process_num)d
numprocs=2
startsecs=0
`)
    const history = "history_file=DIR/history\n"
    lab.write("h.conf", `[supervisorctl]\nserverurl=unix://DIR/s.sock\n${history}`)
    lab.write("tcp.conf", `[supervisorctl]\nserverurl=http://127.0.0.1:${port}\n`)
    await lab.start()
  })
  afterAll(() => lab?.end())

  const play = async (
    client: Client,
    steps: ReadonlyArray<readonly [awaited: string, typed: string]>,
    config = "s.conf"
  ): Promise<{ readonly code: number; readonly seen: string }> => {
    const command = [...clients[client], "-c", `${at().directory}/${config}`]
    const words = [script, JSON.stringify({ command, steps })]
    const { stdout } = await promisify(execFile)("/usr/bin/python3", words)
    return JSON.parse(stdout)
  }

  it.for(both)("the end of input leaves it with 0: %s", async (client) => {
    const { code, seen } = await play(client, [[prompt, end]])
    assert.equal(code, 0)
    assert.isTrue(seen.endsWith("\r\n"))
  })
  it.for(both)("Ctrl-C leaves it with 0: %s", async (client) => {
    assert.equal((await play(client, [[prompt, interrupt]])).code, 0)
  })
  // Where Ctrl-C meets Debian's client between two calls, it now and then stays, or leaves altogether: ours must do neither.
  it("Ctrl-C leaves it while an action runs", async () => {
    const steps = [
      [prompt, "start nowhere nothing\nrestart all\n"],
      ["stopped", interrupt]
    ] as const
    assert.equal((await play("ours", steps)).code, 0)
    await at().run("ours", ["start", "all"])
  })
  it("Ctrl-C ends a log and the prompt comes back", async () => {
    const steps = [
      [prompt, "tail -f cat\n"],
      ["exit <==", interrupt],
      [prompt, "version\n"],
      [prompt, end]
    ] as const
    const { code, seen } = await play("ours", steps)
    assert.equal(code, 0)
    assert.match(seen, /\n4\.\d/)
  })
  it("a process in the foreground gets lines and shows its output", async () => {
    const steps = [
      [prompt, "fg answering\n"],
      ["exit <==", "greetings ours\n"],
      // Not what was typed, however often that is echoed.
      ["heard greetings ours", interrupt],
      ["Exiting foreground", ""],
      [prompt, end]
    ] as const
    assert.equal((await play("ours", steps)).code, 0)
    const heard = "heard greetings ours\n"
    await until("its log", () => at().read("answering.log").includes(heard))
  })
  it.for(both)("a password is not echoed: %s", async (client) => {
    const steps = [
      ["Username:", "ann\n"],
      ["Password:", "secret\n"],
      [prompt, "version\n"],
      [prompt, end]
    ] as const
    const { code, seen } = await play(client, steps, "tcp.conf")
    assert.equal(code, 0)
    assert.include(seen, "RUNNING")
    assert.notInclude(seen, "secret")
  })
  it.for([
    ["vers", "ion "],
    ["help maint", "ail "],
    ["stop ca", "t "],
    ["remove group", "_of_two "],
    ["tail group_of_two:number_1", " "]
  ] as const)("Tab completes %s", async ([typed, rest]) => {
    const steps = [
      [prompt, typed],
      [typed, "\t"],
      [rest, interrupt]
    ] as const
    const { code, seen } = await play("ours", steps)
    assert.equal(code, 0, seen)
  })
  it("shows what can follow where Tab has a choice", async () => {
    const steps = [
      [prompt, "status group_of"],
      ["group_of", "\t"],
      ["_two:", "\t"],
      ["group_of_two:*", interrupt]
    ] as const
    const { code, seen } = await play("ours", steps)
    assert.equal(code, 0, seen)
  })
  it("keeps its history for the owner alone", async () => {
    const file = `${at().directory}/history`
    await play(
      "ours",
      [
        [prompt, "version\n"],
        [prompt, end]
      ],
      "h.conf"
    )
    await play(
      "ours",
      [
        [prompt, "\x1b[A"],
        ["version", "\n"],
        [prompt, "pid\n"],
        [prompt, end]
      ],
      "h.conf"
    )
    assert.isTrue(existsSync(file))
    assert.deepEqual(at().read("history").split("\n").slice(-3), ["version", "pid", ""])
    assert.equal(statSync(file).mode & 0o777, 0o600)
  })
  it("runs lines that are pasted together in their order", async () => {
    const { code, seen } = await play("ours", [[prompt, "version\nnosuch\nexit\n"]])
    assert.equal(code, 0)
    assert.isBelow(seen.indexOf("\n4."), seen.indexOf("*** Unknown syntax: nosuch"))
  })
})
