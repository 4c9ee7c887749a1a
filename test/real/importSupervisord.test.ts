import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { afterEach, assert, beforeEach, describe, it } from "vitest"
import { findConfig } from "../../src/config/findConfig.ts"
import { importSupervisord } from "../../src/config/importSupervisord.ts"
import { noFlags } from "../../src/core/supervisordFlags.ts"
import { FilesLive } from "../../src/os/FilesLive.ts"
import { HostLive } from "../../src/os/HostLive.ts"
import { UsersLive } from "../../src/os/UsersLive.ts"

const Machine = Layer.mergeAll(FilesLive, UsersLive, HostLive)

let directory = ""
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "reeve-config-"))
})
afterEach(() => {
  rmSync(directory, { recursive: true, force: true })
})

const write = (name: string, text: string): void => {
  const path = join(directory, name)
  mkdirSync(join(path, ".."), { recursive: true })
  writeFileSync(path, text)
}

describe("a supervisord configuration on this machine", () => {
  it("is read with the machine's users, groups and directories, named as it was", async () => {
    write(
      "s.conf",
      "[supervisord]\nuser=root\nlogfile=%(here)s/log/s.log\n[include]\nfiles=./d/*.conf\n" +
        "[unix_http_server]\nfile=s.sock\nchown=root:root\n"
    )
    write("d/b.conf", "[program:b]\ncommand=%(here)s/b\n")
    mkdirSync(join(directory, "log"))
    const found = await Effect.runPromise(
      Effect.provide(importSupervisord({ file: "s.conf", directory, flags: noFlags }), Machine)
    )
    const { messages, serverUrl, servers, settings } = found.config
    assert.deepEqual(settings.user, { uid: 0, gid: 0, name: "root" })
    assert.strictEqual(settings.logfile, join(directory, "log/s.log"))
    assert.strictEqual(settings.pidfile, join(directory, "supervisord.pid"))
    assert.deepEqual(
      servers.map((server) => (server.kind === "unix" ? [server.file, server.owner] : null)),
      [[join(directory, "s.sock"), { uid: 0, gid: 0 }]]
    )
    assert.strictEqual(serverUrl, `unix://${directory}/s.sock`)
    assert.deepEqual(messages, [
      { level: "info", text: `Included extra file "${directory}/./d/b.conf" during parsing` }
    ])
    assert.deepEqual(found.inputs, [join(directory, "s.conf"), join(directory, "d/b.conf")])
    assert.deepEqual(
      found.programs.flatMap(({ instances }) => instances.map((one) => one.definition.command)),
      [`${directory}/d/b`]
    )
  })

  it("is refused for a directory that is not there", async () => {
    write("s.conf", "[supervisord]\nchildlogdir=nope\n")
    const failure = await Effect.runPromise(
      Effect.provide(
        Effect.flip(importSupervisord({ file: "s.conf", directory, flags: noFlags })),
        Machine
      )
    )
    assert.strictEqual(failure.text, "nope is not an existing directory")
  })

  it("is found beside the directory of the executable", () => {
    write("supervisord.conf", "")
    assert.strictEqual(
      findConfig(join(directory, "bin/reeve")),
      join(directory, "supervisord.conf")
    )
    write("etc/supervisord.conf", "")
    assert.strictEqual(
      findConfig(join(directory, "bin/reeve")),
      join(directory, "etc/supervisord.conf")
    )
  })
})
