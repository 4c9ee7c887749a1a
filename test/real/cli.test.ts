import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { waitFor } from "./reeve.ts"
import { isAlive, programFile, Site, sleeper } from "./site.ts"

const failing = programFile("broken", ["/no/such/file"], "start: { retries: 0 }")
const talker = programFile(
  "talker",
  ["sh", "-c", "for i in 1 2 3; do echo line $i; done; exec sleep 1005"],
  `start: { stableAfter: "0s" }`
)

describe("without a daemon", () => {
  const site = new Site({ "web.ts": sleeper("web", 1001) })
  afterAll(() => site.clear())

  it("commands that need one say so in one sentence, with what to do, and exit 5", () => {
    for (const args of [["status"], ["stop", "web"], ["logs"], ["down"], ["history"], ["apply"]]) {
      const ran = site.run(...args)
      assert.equal(ran.code, 5, args.join(" "))
      assert.equal(ran.out, "")
      assert.match(ran.err, /^reeve: No reeve runs here.*\nStart it with: reeve up -d/)
    }
  })

  it("plan reads the files, shows a start for everything, and writes nothing", () => {
    const ran = site.run("plan")
    assert.equal(ran.code, 0, ran.err)
    assert.match(ran.out, /\+ web +programs\/web\.ts:3/)
    assert.match(ran.out, /Plan: 1 to start\./)
    assert.isFalse(existsSync(join(site.directory, ".reeve")))
  })

  it("plan --exit-code is 2 with actions, and 1 for errors, of usage too", () => {
    assert.equal(site.run("plan", "--exit-code").code, 2)
    assert.equal(site.run("plan", "--exit-code", "--nonsense").code, 1)
    assert.equal(site.run("plan", "--exit-code", "nowhere").code, 1)
  })

  it("check tells every error with its place, and exits 1", () => {
    site.write(
      "bad.ts",
      `import { defineProgram } from "reeve"\nexport const bad = defineProgram({ comand: 5 })\n`
    )
    const ran = site.run("check")
    rmSync(join(site.directory, "programs/bad.ts"))
    assert.equal(ran.code, 1)
    assert.match(ran.err, /programs\/bad\.ts:2:\d+ +error:.*comand/)
    assert.equal(site.run("check").code, 0)
  })

  it("graph tells what programs need, in every form, and what may be meant by a name", () => {
    const api = programFile("api", ["sleep", "1002"], `dependsOn: { web: "ready" }`)
    site.write("api.ts", api)
    assert.equal(site.run("graph").out, "api\n└─ web  ready\n")
    assert.include(site.run("graph", "--reverse", "--format", "dot").out, '"web" -> "api" [')
    const { edges } = JSON.parse(site.run("graph", "web", "--json", "--reverse").out)
    assert.deepInclude(edges[0], { from: "api", to: "web", when: "ready", onLoss: "keep" })
    const slip = site.run("graph", "wbe")
    rmSync(join(site.directory, "programs/api.ts"))
    assert.deepEqual([slip.code, slip.out], [1, ""])
    assert.equal(slip.err, 'reeve: No program or group is called "wbe".\nDid you mean "web"?\n')
    assert.equal(site.run("graph", "--json", "--format", "dot").code, 2)
  })

  it("usage errors are one sentence and exit 2", () => {
    for (const args of [
      ["statsu"],
      ["status", "--foo"],
      ["start"],
      ["scale", "web", "-1"],
      ["up", "nowhere"]
    ]) {
      const ran = site.run(...args)
      assert.equal(ran.code, 2, args.join(" "))
      assert.equal(ran.out, "", args.join(" "))
      assert.match(ran.err, /^reeve: /)
    }
    assert.match(site.run("statsu").err, /status/, "did you mean")
    assert.equal(site.run("help", "up").out, site.run("up", "--help").out)
  })

  it("help of every command shows what it does and how it is called", () => {
    const { out } = site.run("--help")
    const commands = [...out.matchAll(/^ {2}([a-z]+)(?:, [a-z]+)? {2,}\S/gm)].map(
      ([, name]) => name ?? ""
    )
    assert.isAtLeast(commands.length, 23)
    for (const command of ["status", "up", "logs"]) {
      assert.match(
        site.run(command, "--help").out,
        /DESCRIPTION[\s\S]*USAGE[\s\S]*EXAMPLES[\s\S]*EXIT CODES/
      )
    }
    for (const command of commands) assert.include(out, command)
  })

  it("import prints TypeScript that means the same, export the ini again", () => {
    const ini = join(site.directory, "supervisord.conf")
    writeFileSync(ini, "[supervisord]\n[program:cat]\ncommand=/bin/cat\nstartsecs=3\n")
    const imported = site.run("import", ini)
    assert.equal(imported.code, 0, imported.err)
    writeFileSync(join(site.directory, "cat.ts"), imported.out)
    const exported = site.run("export", "--to", "ini", "cat.ts")
    assert.match(exported.out, /\[program:cat\]\ncommand=\/bin\/cat\n[\s\S]*startsecs=3/)
  })

  it("explain tells a field, and suggests one for a slip", () => {
    assert.match(site.run("explain", "stopwaitsecs").out, /^stop\.timeout\n/)
    const slip = site.run("explain", "stop.timeot")
    assert.equal(slip.code, 2)
    assert.include(slip.err, "stop.timeout")
  })

  it("init writes a first program once", () => {
    const at = join(site.directory, "fresh")
    assert.equal(site.run("init", at).code, 0)
    assert.equal(site.run("check", join(at, "programs")).code, 0)
    assert.equal(site.run("init", at).code, 1)
  })

  it("doctor finds what reeve needs, and completions print a script", () => {
    const doctor = site.run("doctor", "--json")
    assert.equal(doctor.code, 0, doctor.out)
    const findings: ReadonlyArray<{ readonly subject: string }> = JSON.parse(doctor.out)
    assert.includeMembers(
      findings.map(({ subject }) => subject),
      ["node", "koffi", "setpriv", "prlimit", "git"]
    )
    for (const shell of ["bash", "zsh", "fish"]) {
      assert.include(site.run("completions", shell).out, "status")
    }
  })
})

describe("with a daemon", () => {
  const site = new Site({
    "web.ts": sleeper("web", 1001),
    "talker.ts": talker,
    "broken.ts": failing
  })
  beforeAll(() => {
    const up = site.run("up", "-d")
    assert.equal(up.code, 0, up.err)
  })
  afterAll(() => site.clear())

  it("status shows each instance; --check exits 3 because one is FATAL", async () => {
    await waitFor("broken to be FATAL", async () =>
      (await site.status()).some(({ state }) => state === "FATAL")
    )
    const table = site.run("status")
    assert.equal(table.code, 0)
    assert.match(table.out, /^web +RUNNING +pid \d+, uptime 0:00:\d\d$/m)
    assert.match(table.out, /^broken +FATAL +.*\/no\/such\/file/m)
    assert.equal(site.run("status", "--check").code, 3)
    assert.equal(site.run("status", "web", "--check").code, 0)
    const names = (...words: ReadonlyArray<string>) =>
      site.run(...words).out.replace(/uptime \S+/g, "")
    assert.equal(names("ls", "web"), names("ps", "web"))
    // With a flag in front the whole command line answers, which says the same as the quick way.
    assert.equal(names("status"), names("--color", "never", "status"))
    assert.equal(site.run("status", "wbe").err, site.run("--color", "never", "status", "wbe").err)
  })

  it("describe says why", () => {
    const { out } = site.run("describe", "broken")
    assert.match(out, /why +.*\/no\/such\/file/)
    assert.equal(site.run("show", "nobody").code, 1)
  })

  it("stop holds until release, and status says so", async () => {
    const pid = (await site.pid("web")) ?? 0
    assert.equal(site.run("stop", "web").code, 0)
    assert.isFalse(isAlive(pid))
    assert.match(site.run("status", "web").out, /STOPPED.*stopped by .*held until released/)
    assert.match(site.run("plan").out, /! web +stopped by/)
    assert.equal(site.run("release", "web").code, 0)
    await waitFor("web to run again", async () => (await site.pid("web")) !== null)
    assert.equal(site.run("wait", "web", "--timeout", "10s").code, 0)
    for (const state of ["RUNNING", "running", "Running"]) {
      assert.equal(site.run("wait", "web", "--for", state, "--timeout", "10s").code, 0, state)
    }
  })

  it("touches nothing when one name is unknown", async () => {
    const pid = await site.pid("web")
    const ran = site.run("stop", "web", "wbe")
    assert.equal(ran.code, 1)
    assert.match(ran.err, /no instance, program or group named wbe.*Did you mean web/)
    assert.equal(await site.pid("web"), pid)
  })

  it("restart gives a new process, signal reaches it, an unknown signal is a usage error", async () => {
    const pid = await site.pid("web")
    assert.equal(site.run("restart", "web").code, 0)
    const next = (await site.pid("web")) ?? 0
    assert.notEqual(next, pid)
    assert.equal(site.run("signal", "FOO", "web").code, 2)
    assert.equal(site.run("signal", "KILL", "web").code, 0)
    await waitFor("it to be gone", () => !isAlive(next))
    await waitFor("its successor", async () => {
      const now = await site.pid("web")
      return now !== null && now !== next
    })
  })

  it("scale runs more instances without touching the first, until released", async () => {
    await waitFor("web to run", async () => (await site.pid("web")) !== null)
    const pid = await site.pid("web")
    assert.equal(site.run("scale", "web", "3").code, 0)
    await waitFor(
      "three",
      async () =>
        (await site.status()).filter(({ spec, process }) => spec.program === "web" && process)
          .length === 3
    )
    assert.equal(await site.pid("web:0"), pid)
    assert.equal(site.run("release", "web").code, 0)
    await waitFor(
      "one",
      async () => (await site.status()).filter(({ spec }) => spec.program === "web").length === 1
    )
    assert.equal(await site.pid("web"), pid)
  })

  it("a scale that is released at once is superseded, and no generation failed", async () => {
    const pid = await site.pid("web")
    assert.equal(site.run("scale", "web", "99999").code, 2)
    const scaling = site.start("scale", "web", "4")
    await waitFor(
      "a scale to release",
      async () => !site.run("release", "web").out.includes("nothing holds it")
    )
    await scaling.ended
    await waitFor(
      "one",
      async () => (await site.status()).filter(({ spec }) => spec.program === "web").length === 1
    )
    assert.equal(await site.pid("web"), pid)
    assert.notInclude(site.run("history").out, "failed")
  })

  it("logs prints the last lines, and -f goes on with what comes", async () => {
    assert.equal(site.run("logs", "talker", "-n", "2").out, "line 2\nline 3\n")
    const follower = site.start("logs", "-f", "-n", "1")
    await waitFor("the past", () => follower.collected.out.includes("talker | line 3"))
    site.run("restart", "talker")
    await waitFor("what comes", () => follower.collected.out.includes("talker | line 1"))
    follower.child.kill("SIGINT")
    assert.equal(await follower.ended, 130)
  })

  it("events tells what happened, in order", () => {
    const { out } = site.run("events", "talker")
    assert.match(out, /talker STOPPED -> STARTING pid \d+[\s\S]*talker STARTING -> RUNNING/)
  })

  it("plan --out writes a private file that apply takes; another file is refused", async () => {
    const file = join(site.directory, "next.plan")
    const before = await site.pid("web")
    site.write("web.ts", sleeper("web", 1011))
    await waitFor("web to follow", async () => ![before, null].includes(await site.pid("web")))
    assert.equal(site.run("plan", "--out", file).code, 0)
    assert.equal(statSync(file).mode & 0o777, 0o600)
    assert.deepEqual(JSON.parse(readFileSync(file, "utf8")).plan.actions, [])
    assert.equal(site.run("apply", file).code, 0)
    assert.equal(site.run("apply", "programs/web.ts").code, 1)
  })

  it("history, show and diff tell the generations", () => {
    const list: ReadonlyArray<{ readonly number: number }> = JSON.parse(
      site.run("history", "--json").out
    )
    assert.isAtLeast(list.length, 2)
    const last = list[0]?.number ?? 0
    assert.match(site.run("history", "show", String(last)).out, new RegExp(`generation ${last}`))
    const diff = site.run("diff", "1", String(last)).out
    assert.match(diff, /~ web[\s\S]*command +\["sleep", "1001"\] -> \["sleep", "1011"\]/)
    assert.equal(site.run("history", "show", "999").code, 1)
  })
})

describe("a protected program", () => {
  const site = new Site({
    "web.ts": sleeper("web", 1001),
    "db.ts": programFile("db", ["sleep", "1002"], "protect: true")
  })
  afterAll(() => site.clear())

  it("is not stopped by a save, nor by apply, which exits 6; --yes-protected stops it", async () => {
    assert.equal(site.run("up", "-d").code, 0)
    const pid = (await site.pid("db")) ?? 0
    rmSync(join(site.directory, "programs/db.ts"))
    await waitFor("the removal to be held", () => site.run("plan").out.includes("db is protected"))
    const refused = site.run("apply")
    assert.equal(refused.code, 6, refused.out)
    assert.match(refused.err, /^reeve: Held: db is protected/)
    assert.isTrue(isAlive(pid))
    assert.equal(site.run("apply", "--yes-protected").code, 0)
    assert.isFalse(isAlive(pid))
  })
})

describe("up --manual", () => {
  const site = new Site({ "web.ts": sleeper("web", 1001) })
  afterAll(() => site.clear())

  it("keeps a save pending until apply; a plan that was saved before is stale after", async () => {
    assert.equal(site.run("up", "-d", "--manual").code, 0)
    const pid = await site.pid("web")
    site.write("web.ts", sleeper("web", 1002))
    await waitFor("the plan to wait", async () => {
      const { pending } = JSON.parse((await site.get("/v1/reconciler")).text)
      return pending !== null
    })
    assert.equal(await site.pid("web"), pid)
    const file = join(site.directory, "next.plan")
    assert.equal(site.run("plan", "--out", file).code, 0)
    site.run("restart", "web")
    const stale = site.run("apply", file)
    assert.equal(stale.code, 4, stale.out)
    assert.match(stale.err, /stale: web/)
    const applied = site.run("apply")
    assert.equal(applied.code, 0, applied.err)
    assert.match(applied.out, /~ web[\s\S]*Generation 2: applied/)
  })
})
