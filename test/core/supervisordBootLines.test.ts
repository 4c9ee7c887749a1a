import { assert, describe, it } from "vitest"
import { tooFewOpenFiles, tooFewProcesses } from "../../src/core/limitTexts.ts"
import { mainLogLine } from "../../src/core/supervisordLevels.ts"
import { bootLines, serverLines } from "../../src/daemon/supervisord/bootLines.ts"
import type { SupervisordConfig } from "../../src/domain/SupervisordConfig.ts"

const config: SupervisordConfig = {
  file: "s.conf",
  settings: {
    logfile: "/l",
    logfileMaxBytes: 0,
    logfileBackups: 0,
    loglevel: "info",
    pidfile: "/p",
    nodaemon: false,
    silent: false,
    minfds: 1,
    minprocs: 1,
    nocleanup: false,
    stripAnsi: false,
    umask: 0o22,
    directory: "/srv",
    user: null,
    identifier: "supervisor",
    childlogdir: "/tmp"
  },
  servers: [
    { kind: "inet", section: "inet_http_server", username: "u", password: "p", host: "", port: 1 },
    {
      kind: "unix",
      section: "unix_http_server",
      username: "",
      password: "",
      file: "/s",
      mode: 0o700,
      owner: null
    }
  ],
  rpcInterface: true,
  messages: [
    { level: "info", text: "i" },
    { level: "warn", text: "w" },
    { level: "critical", text: "c" }
  ],
  serverUrl: null
}
const texts = (lines: ReadonlyArray<{ readonly text: string }>) => lines.map(({ text }) => text)

describe("the first lines of the main log", () => {
  it("are what is critical, warnings, information, then what was done", () => {
    assert.deepEqual(texts(bootLines(config, ["done"])), ["c", "w", "i", "done"])
  })

  it("name the interface once a server, and the servers without a password", () => {
    const lines = serverLines(config, { again: false, foreground: true })
    assert.deepEqual(texts(lines), [
      "RPC interface 'supervisor' initialized",
      "RPC interface 'supervisor' initialized",
      "Server 'unix_http_server' running without any HTTP authentication checking"
    ])
  })

  it("tell of the background at the first start only", () => {
    const first = texts(serverLines(config, { again: false, foreground: false }))
    assert.deepEqual(first.slice(-2), [
      "daemonizing the supervisord process",
      "set current directory: '/srv'"
    ])
    assert.lengthOf(serverLines(config, { again: true, foreground: false }), 3)
  })

  it("have supervisord's form", () => {
    assert.equal(
      mainLogLine("2026-11-22 07:11:05", 8, "critical", "x"),
      "2026-11-22 07:11:05,008 CRIT x"
    )
  })
})

describe("limits that are too low", () => {
  it("are told with what is allowed", () => {
    assert.include(tooFewOpenFiles(1024, 800n), "process is 1024 as per")
    assert.include(tooFewOpenFiles(1024, 800n), "allow you to open 800 file descriptors.  Either")
    assert.include(tooFewProcesses(200, 10n), "open 10 processes.  Either")
  })
})
