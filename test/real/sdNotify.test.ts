import { readFileSync } from "node:fs"
import { afterEach, assert, beforeEach, describe, it } from "vitest"
import * as libc from "../../src/os/libc.ts"
import { sdNotify } from "../../src/os/sdNotify.ts"
import { startEnvironment } from "../../src/os/startEnvironment.ts"
import { declare, Estate, sleeper } from "./Estate.ts"
import { waitFor } from "./reeve.ts"
import { SupervisordSite } from "./SupervisordSite.ts"
import { isAlive } from "./site.ts"

let estate: Estate
let fd: number
let socket: string

beforeEach(() => {
  estate = new Estate()
  socket = estate.path("notify")
  fd = receiver(Buffer.from(socket))
})

afterEach(async () => {
  await estate.clear()
  libc.close(fd)
})

/** What systemd would listen on. */
const receiver = (name: Uint8Array): number => {
  const kind = libc.SOCK_DGRAM | libc.SOCK_NONBLOCK | libc.SOCK_CLOEXEC
  const opened = libc.socket(libc.AF_UNIX, kind, 0)
  const address = Buffer.concat([Buffer.from([libc.AF_UNIX, 0]), name])
  const bound = libc.bind(opened, address, address.length)
  if (bound < 0) throw new Error(libc.errnoName(bound))
  return opened
}

/** The messages that came since it was last asked. */
const received = (from = fd): ReadonlyArray<string> => {
  const buffer = Buffer.alloc(4096)
  const messages: Array<string> = []
  for (;;) {
    const length = libc.readInto(from, buffer, buffer.length)
    if (length <= 0) return messages
    messages.push(buffer.toString("utf8", 0, length))
  }
}

/** Waits for one of these, and gives all that came until then. */
const until = async (message: string): Promise<ReadonlyArray<string>> => {
  const all: Array<string> = []
  await waitFor(message, () => {
    all.push(...received())
    return all.includes(message)
  })
  return all
}

const program = declare({
  tell: {
    command: ["sh", "-c", "env > env.new; mv env.new env.txt; exec sleep 1000"],
    start: { stableAfter: "0s" },
    inheritEnvironment: "all"
  }
})

describe("under a service manager, reeve up", () => {
  it("tells that it is ready, that it lives, and that it stops; programs hear nothing of it", async () => {
    Object.assign(estate.environment, {
      NOTIFY_SOCKET: socket,
      WATCHDOG_USEC: "200000",
      LISTEN_FDS: "1",
      INVOCATION_ID: "x",
      SHOWN: "yes"
    })
    estate.write("tell.ts", program)
    // The socket holds ten messages: it is read all the while.
    const up = estate.begin()
    const before = await until("READY=1\nSTATUS=running")
    assert.notInclude(before.join(), "STOPPING")
    await until("WATCHDOG=1")
    await until("WATCHDOG=1")
    const shown = estate.path("env.txt")
    await waitFor("the environment", () => textOf(shown) !== "")
    const variables = textOf(shown)
    assert.include(variables, "SHOWN=yes")
    assert.notMatch(variables, /^(NOTIFY|WATCHDOG|LISTEN|INVOCATION)_/m)
    up.child.kill("SIGTERM")
    await until("STOPPING=1\nSTATUS=stopping (SIGTERM)")
    assert.strictEqual(await up.ended, 0)
  })

  it("says so when it runs with files that have errors", async () => {
    estate.environment["NOTIFY_SOCKET"] = socket
    estate.write("bad.ts", "export const x = ")
    estate.begin()
    await until("READY=1\nSTATUS=running; the files have errors: reeve check")
  })

  it("leaves the watchdog alone that is another process's", async () => {
    const foreign = { NOTIFY_SOCKET: socket, WATCHDOG_USEC: "200000", WATCHDOG_PID: "1" }
    assert.isNull(sdNotify(foreign, 77).watchdogMs)
    assert.strictEqual(sdNotify({ ...foreign, WATCHDOG_PID: "77" }, 77).watchdogMs, 100)
    assert.isNull(sdNotify({ ...foreign, NOTIFY_SOCKET: "" }, 1).watchdogMs)
  })

  it("has its daemon end with the keeper where there is a watchdog, and leaves programs alone", async () => {
    Object.assign(estate.environment, { NOTIFY_SOCKET: socket, WATCHDOG_USEC: "60000000" })
    estate.write("sleep.ts", declare({ sleep: sleeper(1000) }))
    const up = await estate.up()
    const { pid } = await estate
      .waitForState("sleep", "RUNNING")
      .then(({ process: life }) => life ?? { pid: 0 })
    const daemon = (await estate.info()).daemon.pid
    try {
      // A daemon that hangs cannot see for itself that its keeper is gone.
      process.kill(daemon, "SIGSTOP")
      process.kill(up.pid, "SIGKILL")
      await waitFor("the daemon to end", () => !isAlive(daemon))
      assert.isTrue(isAlive(pid))
    } finally {
      process.kill(pid, "SIGKILL")
    }
  })
})

describe("under a service manager, reeve supervisord", () => {
  it("tells that it is ready, and that it stops", async () => {
    const site = new SupervisordSite("[program:a]\ncommand=sleep 1000\nstartsecs=0")
    site.environment["NOTIFY_SOCKET"] = socket
    try {
      const begun = await site.up()
      await until("READY=1\nSTATUS=running")
      begun.child.kill("SIGTERM")
      await until("STOPPING=1\nSTATUS=stopping")
      assert.strictEqual(await begun.ended, 0)
    } finally {
      await site.clear()
    }
  })
})

describe("the socket of a service manager", () => {
  it("may have a name in the abstract name space", () => {
    const name = `reeve-test-${process.pid}`
    const abstract = receiver(Buffer.from(`\0${name}`))
    sdNotify({ NOTIFY_SOCKET: `@${name}` }, null).status("one\ntwo")
    assert.deepEqual(received(abstract), ["STATUS=one two"])
    libc.close(abstract)
  })

  it("costs nothing when nobody listens on it, or it is none", () => {
    for (const name of [estate.path("nobody"), "vsock:2:1", `/${"x".repeat(200)}`, ""]) {
      sdNotify({ NOTIFY_SOCKET: name }, null).ready("running")
    }
    assert.deepEqual(received(), [])
  })

  it("keeps nobody waiting while it is full, and then hears what it missed", () => {
    const manager = sdNotify({ NOTIFY_SOCKET: socket }, null)
    for (let sent = 0; sent < 2_000; sent++) manager.alive()
    manager.ready("running")
    manager.alive()
    assert.notInclude(received().join(), "READY")
    manager.alive()
    manager.alive()
    assert.deepEqual(received(), ["READY=1\nSTATUS=running\nWATCHDOG=1", "WATCHDOG=1"])
  })
})

describe("the variables of a service manager", () => {
  it("are no part of a program's environment", () => {
    const own = {
      NOTIFY_SOCKET: "/n",
      WATCHDOG_PID: "1",
      LISTEN_FDNAMES: "a",
      JOURNAL_STREAM: "1:2"
    }
    assert.deepEqual([...startEnvironment({ ...own, HOME: "/h" })], [["HOME", "/h"]])
  })
})

const textOf = (path: string): string => {
  try {
    return readFileSync(path, "utf8")
  } catch {
    return ""
  }
}
