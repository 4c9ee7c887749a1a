/** One configuration with a FastCGI program on Debian's supervisord and on reeve: sockets, answers, environments, log lines. */
import { type ChildProcess, spawn } from "node:child_process"
import * as fs from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { askFastCgi } from "../real/fastCgiClient.ts"
import { waitFor } from "../real/reeve.ts"
import { commandOf, environmentOf, type Which } from "./compare/Side.ts"

const worker = fileURLToPath(new URL("../fixtures/fastCgi/worker.py", import.meta.url))

const configuration = (directory: string, servers: ReadonlyArray<string>): string =>
  [
    ...servers,
    "[supervisord]",
    `logfile=${directory}/s.log`,
    `pidfile=${directory}/s.pid`,
    `childlogdir=${directory}`,
    "user=root",
    'environment=GLOBAL="of all",SHARED="global"',
    "[rpcinterface:supervisor]",
    "supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface",
    "[fcgi-program:app]",
    `command=/usr/bin/python3 ${worker}`,
    "process_name=%(program_name)s_%(process_num)d",
    "numprocs=3",
    `socket=unix://${directory}/app.sock`,
    "socket_mode=0624",
    "socket_owner=nobody:daemon",
    "[program:plain]",
    `command=/usr/bin/python3 ${directory}/report.py plain`,
    "[program:own]",
    `command=/usr/bin/python3 ${directory}/report.py own`,
    'environment=SHARED="own",SUPERVISOR_ENABLED="no",B="a b"',
    "[program:elsewhere]",
    `command=/usr/bin/python3 ${directory}/report.py elsewhere`,
    "serverurl=http://example.org:1",
    ""
  ].join("\n")

/** What a process finds as it is started, each entry ended by NUL, as `env -0` prints it. */
const report = `import os, sys, time
own = os.path.dirname(sys.argv[0])
with open("/proc/self/environ", "rb") as file:
    text = file.read()
with open(f"{own}/.{sys.argv[1]}", "wb") as file:
    file.write(text)
os.rename(f"{own}/.{sys.argv[1]}", f"{own}/{sys.argv[1]}.env")
time.sleep(1000)
`

interface Peer {
  readonly directory: string
  readonly child: ChildProcess
  readonly ended: Promise<number | null>
}

const start = (which: Which, directory: string, servers: (at: string) => string[]): Peer => {
  fs.mkdirSync(directory)
  fs.writeFileSync(join(directory, "report.py"), report)
  fs.writeFileSync(join(directory, "s.conf"), configuration(directory, servers(directory)))
  const [command, words] = commandOf(which)
  const child = spawn(command, [...words, "-n", "-c", join(directory, "s.conf")], {
    cwd: directory,
    env: environmentOf(directory),
    stdio: "ignore"
  })
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve))
  return { directory, child, ended }
}

const whiches = ["supervisord", "reeve"] as const
const top = fs.mkdtempSync(join(tmpdir(), "reeve-peers-fastcgi-"))
fs.chmodSync(top, 0o755)
const peers = new Map<Which, Peer>()

const peer = (which: Which): Peer => {
  const found = peers.get(which)
  if (found === undefined) throw new Error(which)
  return found
}

const logOf = (which: Which): string =>
  fs.readFileSync(join(peer(which).directory, "s.log"), "utf8")

const isUp = (which: Which): boolean => {
  const { directory } = peer(which)
  const successes = fs.existsSync(join(directory, "s.log")) ? logOf(which).split("success: ") : []
  return successes.length === 7
}

beforeAll(async () => {
  for (const which of whiches) {
    const servers = (at: string) => ["[unix_http_server]", `file=${at}/s.sock`]
    peers.set(which, start(which, join(top, which), servers))
  }
  for (const which of whiches) await waitFor(`${which} to be up`, () => isUp(which), 60_000)
})

afterAll(async () => {
  for (const { child, ended } of peers.values()) {
    child.kill("SIGTERM")
    await ended
  }
  fs.rmSync(top, { recursive: true, force: true })
})

const environment = (directory: string, name: string): Readonly<Record<string, string>> => {
  const text = fs.readFileSync(join(directory, `${name}.env`), "utf8")
  const entries = text.split("\0").flatMap((entry) => {
    const [, key = "", value = ""] = /^([^=]*)=([\s\S]*)$/.exec(entry) ?? []
    // Each side has a directory of its own.
    // A setting of reeve's, which it keeps to itself.
    if (key === "REEVE_STATE_DIR") return []
    return key === "" ? [] : [[key, value.replaceAll(directory, "DIR")] as const]
  })
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

const pidsOf = (which: Which): ReadonlyArray<number> =>
  [...logOf(which).matchAll(/spawned: 'app_\d' with pid (\d+)/g)].map(([, pid]) => Number(pid))

describe("a FastCGI program under supervisord and under reeve", () => {
  it.each(whiches)("is three processes with one socket as descriptor 0: %s", (which) => {
    const pids = pidsOf(which)
    assert.strictEqual(pids.length, 3)
    const inputs = pids.map((pid) => fs.readlinkSync(`/proc/${pid}/fd/0`))
    assert.match(inputs[0] ?? "", /^socket:/)
    assert.strictEqual(new Set(inputs).size, 1)
  })

  it.each(whiches)("answers by each of its processes: %s", async (which) => {
    const seen = new Set<number>()
    await waitFor(`all of ${which} to answer`, async () => {
      const path = join(peer(which).directory, "app.sock")
      for (const answer of await Promise.all([1, 2, 3, 4, 5].map(() => askFastCgi(path)))) {
        seen.add(Number(answer))
      }
      return seen.size === 3
    })
    assert.deepEqual([...seen].sort(), [...pidsOf(which)].sort())
  })

  it("has the same mode and owner of its file", () => {
    const [theirs, ours] = whiches.map((which) => {
      const { gid, mode, uid } = fs.statSync(join(peer(which).directory, "app.sock"))
      return { gid, mode, uid }
    })
    assert.deepEqual(ours, theirs)
    assert.strictEqual((ours?.mode ?? 0) & 0o777, 0o624)
  })

  it("is announced in the same words; supervisord tries the socket once before", () => {
    const lines = (which: Which) =>
      [...logOf(which).matchAll(/ INFO ((?:Creating|Closing) socket .*)/g)].map(([, line = ""]) =>
        line.replace(peer(which).directory, "DIR")
      )
    const creating = "Creating socket unix://DIR/app.sock"
    assert.deepEqual(lines("reeve"), [creating])
    assert.deepEqual(lines("supervisord"), [
      creating,
      "Closing socket unix://DIR/app.sock",
      creating
    ])
  })
})

describe("the environment of a process under supervisord and under reeve", () => {
  it.each(["plain", "own", "elsewhere"])("is the same but for one variable: %s", (name) => {
    const [theirs = {}, ours = {}] = whiches.map((which) =>
      environment(peer(which).directory, name)
    )
    const { REEVE_SPAWN_ID, ...rest } = ours
    assert.isString(REEVE_SPAWN_ID)
    assert.deepEqual(rest, theirs)
    const expected = name === "elsewhere" ? "http://example.org:1" : "unix://DIR/s.sock"
    assert.strictEqual(ours["SUPERVISOR_SERVER_URL"], expected)
  })

  it("names no server where there is none, and the TCP one where there is no other", async () => {
    const port = 20_000 + (process.pid % 10_000)
    const variants: ReadonlyArray<readonly [name: string, servers: string[], url?: string]> = [
      ["none", []],
      ["tcp", ["[inet_http_server]", `port=:${port}`], `http://localhost:${port}`]
    ]
    for (const [name, servers, url] of variants) {
      const found: Array<unknown> = []
      for (const which of whiches) {
        const one = start(which, join(top, `${name}-${which}`), () => servers)
        try {
          const path = join(one.directory, "plain.env")
          await waitFor(`a process of ${which}`, () => fs.existsSync(path))
          found.push(environment(one.directory, "plain")["SUPERVISOR_SERVER_URL"])
        } finally {
          one.child.kill("SIGTERM")
          await one.ended
        }
      }
      assert.deepEqual(found, [url, url], name)
    }
  })
})

describe("the end of a FastCGI program", () => {
  it("closes the socket behind its last process; reeve removes the file, too", async () => {
    for (const which of whiches) {
      const { child, directory, ended } = peer(which)
      child.kill("SIGTERM")
      assert.strictEqual(await ended, 0)
      const last = logOf(which)
        .split("\n")
        .filter((line) => / (stopped: app_|Closing socket )/.test(line))
        .slice(-4)
        .map((line) => line.replace(/^.* INFO /, "").replace(/app_\d/, "app_N"))
      const stopped = "stopped: app_N (exit status 0)"
      const closing = `Closing socket unix://${directory}/app.sock`
      assert.deepEqual(last, [stopped, stopped, stopped, closing], which)
    }
    const left = whiches.map((which) => fs.existsSync(join(peer(which).directory, "app.sock")))
    assert.deepEqual(left, [true, false])
  })
})
