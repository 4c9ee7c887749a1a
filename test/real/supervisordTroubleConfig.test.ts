/** Configurations that are wrong, or change at the wrong moment, while others ask. Which texts are refused is tried elsewhere. */
import * as fs from "node:fs"
import { afterEach, assert, describe, it } from "vitest"
import { waitFor } from "./reeve.ts"
import { TroubledDaemon } from "./TroubledDaemon.ts"

const made: Array<TroubledDaemon> = []
const daemonOf = async (programs: string): Promise<TroubledDaemon> => {
  const daemon = new TroubledDaemon(programs)
  made.push(daemon)
  await daemon.up()
  return daemon
}
afterEach(async () => {
  for (const daemon of made.splice(0)) await daemon.clear()
})

const text = (word: string) => `<param><value>${word}</value></param>`
const cat = "[program:cat]\ncommand=/bin/cat\n"

describe("a supervisord whose configuration is spoiled", () => {
  it("goes on with the last good one, and tells whoever asked for another", async () => {
    const daemon = await daemonOf(cat)
    const { site } = daemon
    await site.waitForState("cat", "RUNNING")
    const runs = /<name>pid<\/name>\s*<value><int>(\d+)</
    const pid = async () => runs.exec(await daemon.call("supervisor.getProcessInfo", text("cat")))
    const before = (await pid())?.[1]
    assert.isDefined(before)
    const spoil: ReadonlyArray<() => void> = [
      () => fs.rmSync(site.path("s.conf")),
      () => fs.mkdirSync(site.path("s.conf")),
      () => fs.rmdirSync(site.path("s.conf")),
      () => fs.writeFileSync(site.path("s.conf"), ""),
      () => fs.writeFileSync(site.path("s.conf"), Buffer.alloc(1_000_000, 0xff)),
      () => fs.writeFileSync(site.path("s.conf"), `[supervisord]\n${"[".repeat(100_000)}`),
      () => site.configure("[program:cat]\ncommand=/bin/cat\nstopsignal=NONE\n"),
      () => site.configure("[program:cat]\ncommand=%(nothing)s\n"),
      () => site.configure("[program:cat]\n"),
      () => site.configure("[group:g]\nprograms=absent\n"),
      () => site.configure(`${cat}numprocs=2\n`)
    ]
    await daemon.endures(async () => {
      for (const [at, make] of spoil.entries()) {
        make()
        for (const method of ["restart", "reloadConfig"]) {
          const answer = await daemon.call(`supervisor.${method}`)
          assert.match(answer, /<name>faultCode<\/name>\s*<value><int>(2|92)</, `${at} ${method}`)
          assert.match(answer, /<name>faultString<\/name>\s*<value><string>[A-Z_]+: ./, `${at}`)
        }
        const refused = () => site.log().filter((line) => /restart refused/.test(line)).length
        const times = refused()
        daemon.signal("SIGHUP")
        await waitFor("the signal to be refused", () => refused() > times)
      }
    }, 150)
    assert.equal((await pid())?.[1], before)
    site.configure(cat)
    assert.notInclude(await daemon.call("supervisor.reloadConfig"), "fault")
  })

  it("survives a group that is emptied, and one that is removed, while it starts", async () => {
    const many = (size: number) => `[program:many]
command=/bin/sh -c 'sleep 0.02; exit 3'
process_name=%(program_name)s_%(process_num)02d
numprocs=${size}
startsecs=2
startretries=1000
[program:slow]
command=/bin/sleep 1000
startsecs=20
process_name=%(program_name)s_%(process_num)02d
numprocs=${size}
`
    const daemon = await daemonOf(cat)
    const { site } = daemon
    await daemon.endures(async () => {
      for (const size of [40, 1, 40, 0, 40]) {
        site.configure(size === 0 ? cat : cat + many(size))
        await daemon.call("supervisor.reloadConfig")
        for (const group of ["many", "slow"]) {
          await daemon.call("supervisor.stopProcessGroup", text(group))
          await daemon.call("supervisor.removeProcessGroup", text(group))
          const starting =
            size === 0 ? null : daemon.call("supervisor.addProcessGroup", text(group))
          assert.notInclude((await starting) ?? "", "fault")
        }
      }
      // Emptied by the calls of one client while another's are starting it.
      const starts = ["many:*", "slow:*"].map((name) =>
        daemon.call("supervisor.startProcess", text(name)).catch(String)
      )
      for (const group of ["many", "slow"]) {
        await daemon.call("supervisor.stopProcessGroup", text(group))
        const removed = await daemon.call("supervisor.removeProcessGroup", text(group))
        assert.include(removed, "<boolean>1</boolean>")
      }
      await Promise.all(starts)
    }, 150)
    await site.waitForState("cat", "RUNNING")
    assert.match(site.ctl("status").out, /^cat +RUNNING .*\n$/)
  })

  it("lets two programs write to one log, with rotation, and loses nothing of either", async () => {
    const lines = 40_000
    const wait = "while test ! -e go; do sleep 0.02; done"
    const writer = (name: string) => `[program:${name}]
command=/bin/sh -c '${wait}; seq 1 ${lines} | sed s/^/${name}-/; touch ${name}.done; exec sleep 99'
directory=%(here)s
stdout_logfile=%(here)s/shared.log
stdout_logfile_maxbytes=200KB
stdout_logfile_backups=20
`
    const daemon = await daemonOf(cat)
    const { site } = daemon
    const names = ["one", "two"]
    await daemon.endures(async () => {
      site.configure(cat + names.map(writer).join(""))
      await daemon.call("supervisor.reloadConfig")
      for (const name of names) await daemon.call("supervisor.addProcessGroup", text(name))
      fs.writeFileSync(site.path("go"), "")
      const done = () => names.every((name) => fs.existsSync(site.path(`${name}.done`)))
      await waitFor("both to have written", done)
    }, 150)
    const files = () => fs.readdirSync(site.directory).filter((file) => /^shared\.log/.test(file))
    const written = () => files().reduce((sum, file) => sum + fs.statSync(site.path(file)).size, 0)
    const expected = Array.from({ length: lines }, (_, at) => `${at + 1}`.length + 5)
    const total = expected.reduce((sum, one) => sum + one, 0) * names.length
    await waitFor("all of it in the files", () => written() === total)
    // Each of the two may go over the limit by one move.
    const most = 200 * 1024 + names.length * 128 * 1024
    for (const file of files()) assert.isAtMost(fs.statSync(site.path(file)).size, most)
    for (const name of names) await site.waitForState(name, "RUNNING")
  })
})
