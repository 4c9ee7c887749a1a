import * as fs from "node:fs"
import { afterEach, assert, describe, it } from "vitest"
import { isAlive, journal, kill, killAndWait } from "../real/Death.ts"
import { declare, Estate, sleeper } from "../real/Estate.ts"
import { waitFor } from "../real/reeve.ts"
import { freePort, Server, until, untilReady } from "./Probed.ts"

let estate: Estate
afterEach(() => estate.clear())

const start = { stableAfter: "0s" }

describe("an http probe", () => {
  it("makes ready and not ready by its thresholds, restarts nothing, and is told everywhere", async () => {
    estate = new Estate()
    const server = new Server(estate, "web")
    server.mode("503")
    const ready = server.http({ successes: 2, failures: 2, headers: { authorization: "s3cret" } })
    estate.write("all.ts", declare({ web: { command: server.command, start, ready } }))
    await estate.up()
    const early = await until(estate, "web", "to be seen", (it) => it.ready?.last?.ok === false)
    assert.isFalse(early.ready?.ok)
    const pid = early.process?.pid
    await until(estate, "web", "to answer", (it) => /503/.test(it.ready?.last?.text ?? ""))
    const status = await estate.run("status")
    assert.match(status.out, /web +RUNNING .*not ready: 503 from http:\/\/x\/health \d+ s ago/)
    assert.equal((await estate.run("status", "--check")).code, 3)
    const waited = await estate.run("wait", "web", "--for", "ready", "--timeout", "300ms")
    assert.equal(waited.code, 1)
    assert.match(waited.err, /web is RUNNING and not ready \(503 from/)

    server.mode("204")
    assert.equal((await estate.run("wait", "web", "--for", "ready")).code, 0)
    const { ready: standing } = await untilReady(estate, "web")
    assert.isAtLeast(standing?.successes ?? 0, 2)
    assert.match((await estate.run("status")).out, /web +RUNNING .*; ready/)
    assert.match((await estate.run("describe", "web")).out, /ready +yes, since/)

    server.mode("500")
    const { ready: lost } = await untilReady(estate, "web", false)
    assert.isAtLeast(lost?.failures ?? 0, 2)
    server.mode("200")
    const again = await untilReady(estate, "web")
    assert.equal(again.process?.pid, pid)

    const told = (await journal(estate)).flatMap((body) =>
      body.kind === "ready" ? [body.ready] : []
    )
    assert.deepEqual(told, [true, false, true])
    assert.match((await estate.run("events", "--lines", "50")).out, /web not ready: 500 from http/)
    const everything = `${JSON.stringify(await estate.instances())}${estate.log()}`
    assert.notInclude(everything, "s3cret")
    assert.include(server.headers(), "s3cret")
    assert.isEmpty((await estate.plan()).actions)
  })

  it("looks at header and body, cuts what hangs, floods or is late, and is told apart by its text", async () => {
    estate = new Estate()
    const port = await freePort()
    const server = new Server(estate, "web", port)
    const ready = {
      kind: "http",
      url: `http://localhost:${port}/?token=s3cret`,
      every: "100ms",
      timeout: "300ms",
      failures: 1,
      status: ["200-299", 404],
      expectHeaders: {},
      body: { matches: "^(go|x)", flags: "" }
    }
    const liveness = {
      ...ready,
      body: undefined,
      expectHeaders: { "x-ok": "yes" },
      failures: 1_000
    }
    estate.write("all.ts", declare({ web: { command: server.command, start, ready, liveness } }))
    await estate.up()
    const pid = (await untilReady(estate, "web")).process?.pid
    const seen = (mode: string, text: RegExp, which: "ready" | "liveness" = "ready") => {
      server.mode(mode)
      return until(estate, "web", `to be seen as ${text}`, (it) =>
        text.test(it[which]?.last?.text ?? "")
      )
    }
    await seen(
      "body nothing",
      /^200 from http:\/\/localhost:\d+\/, without \/\^\(go\|x\)\/ in its body$/
    )
    await seen("404", /^404 from/)
    await untilReady(estate, "web")
    await seen("hang", /^no answer within 300ms from http:\/\/localhost:\d+\/$/)
    await seen("late 1000", /^no answer within 300ms/)
    await seen("body go", /^200 from/)
    await untilReady(estate, "web")
    await seen("header x-ok no", /whose header x-ok does not hold "yes"$/, "liveness")
    await seen("header x-ok yes", /^200 from http:\/\/localhost:\d+\/$/, "liveness")
    await seen("200", /without the header x-ok$/, "liveness")
    // 64 KiB of it are looked at, and begin with x.
    await seen("flood", /^200 from/)
    await untilReady(estate, "web")
    assert.equal((await estate.instance("web"))?.process?.pid, pid)
    const shown = (await estate.run("status")).out + (await estate.run("events")).out + estate.log()
    assert.notInclude(shown, "s3cret")
  })

  it("never looks twice at once, however slow the answers are", async () => {
    estate = new Estate()
    const server = new Server(estate, "web")
    server.mode("late 400")
    const ready = server.http({ timeout: "2 seconds", every: "50ms", jitter: 0 })
    estate.write("all.ts", declare({ web: { command: server.command, start, ready } }))
    await estate.up()
    await untilReady(estate, "web")
    const [before, begun] = [server.hits(), Date.now()]
    await waitFor("four more looks", async () => server.hits() >= before + 4)
    assert.isAtLeast(Date.now() - begun, 3 * 400)
  })
})

describe("tcp and exec probes", () => {
  it("see a port that is opened, closed and opened again", async () => {
    estate = new Estate()
    const port = await freePort()
    const server = new Server(estate, "web", port)
    const ready = { kind: "tcp", address: `127.0.0.1:${port}`, every: "100ms", failures: 1 }
    // Not the process itself listens, so that it can be taken away.
    estate.write(
      "all.ts",
      declare({
        waits: sleeper(6101, { ready }),
        server: { command: server.command, start: { ...start, auto: false } }
      })
    )
    await estate.up()
    const closed = await until(
      estate,
      "waits",
      "to be refused",
      (it) => it.ready?.last?.ok === false
    )
    assert.match(closed.ready?.last?.text ?? "", /^ECONNREFUSED from 127\.0\.0\.1:/)
    await estate.run("start", "server")
    await untilReady(estate, "waits")
    await estate.run("stop", "server")
    await untilReady(estate, "waits", false)
  })

  it("run a command as the program: user, directory, environment; with its output bounded and its group killed", async () => {
    estate = new Estate()
    const work = estate.path("work")
    fs.mkdirSync(work)
    fs.chmodSync(work, 0o777)
    const user = process.geteuid?.() === 0 ? { user: "nobody" } : {}
    const script = [
      'printf "%s %s %s %s\\n" "$(id -un)" "$PWD" "$GREETING" "$REEVE_SPAWN_ID" > seen',
      'case "$(cat mode)" in',
      "hang) sleep 6202 & echo $! > child; echo $$ > hanging; sleep 6203 ;;",
      "flood) exec yes ;;",
      "*) echo all is well; exit $(cat mode) ;;",
      "esac"
    ].join("\n")
    const mode = (text: string) => {
      fs.writeFileSync(`${work}/mode.new`, text)
      fs.renameSync(`${work}/mode.new`, `${work}/mode`)
    }
    mode("1")
    const ready = {
      kind: "exec",
      command: ["sh", "-c", script],
      every: "100ms",
      timeout: "1 second",
      failures: 1
    }
    const job = sleeper(6201, {
      directory: work,
      environment: { GREETING: "hello" },
      ready,
      ...user
    })
    estate.write("all.ts", declare({ job }))
    await estate.up()
    const seen = (text: RegExp) =>
      until(estate, "job", `to be seen as ${text}`, (it) => text.test(it.ready?.last?.text ?? ""))
    await seen(/^exit status 1: all is well$/)
    mode("0")
    await untilReady(estate, "job")
    const who = "user" in user ? "nobody" : fs.readFileSync(`${work}/seen`, "utf8").split(" ")[0]
    assert.equal(fs.readFileSync(`${work}/seen`, "utf8"), `${who} ${work} hello \n`)
    mode("hang")
    await seen(/^no end within 1s$/)
    const child = Number(fs.readFileSync(`${work}/child`, "utf8"))
    mode("flood")
    await seen(/writes more than 1 MiB/)
    assert.isFalse(isAlive(child))
    mode("0")
    await untilReady(estate, "job")
    assert.isEmpty((await estate.instance("job"))?.leftovers)
    // One that is under way when the daemon dies dies with it.
    fs.rmSync(`${work}/hanging`)
    mode("hang")
    await waitFor("a look", async () => fs.existsSync(`${work}/hanging`))
    const read = () => Number(fs.readFileSync(`${work}/hanging`, "utf8"))
    await waitFor("its pid", async () => read() > 0)
    const hanging = read()
    await kill(estate)
    await waitFor("its end", async () => !isAlive(hanging))
  })
})

describe("a start that has a time to become ready in", () => {
  it("has failed when it was not: stopped, tried again, given up, and the apply says so", async () => {
    estate = new Estate()
    const server = new Server(estate, "web")
    server.mode("503")
    const ready = server.http({ within: "700ms" })
    const web = {
      command: server.command,
      start: { ...start, retries: 1 },
      restart: { backoff: { kind: "fixed", delay: "100ms" } },
      ready
    }
    estate.write("all.ts", declare({ web }))
    await estate.up()
    const fatal = await estate.waitForState("web", "FATAL")
    assert.equal(fatal.starts, 2)
    assert.match(
      fatal.spawnError,
      /^not ready within 700ms: (503 from|ENOENT from|ECONNREFUSED from)/
    )
    assert.isNull(fatal.ready)
    const states = (await journal(estate)).flatMap((body) =>
      body.kind === "state" && body.address === "web" ? [body.to] : []
    )
    assert.deepEqual(states, [
      ...["STARTING", "RUNNING", "STOPPING", "BACKOFF"],
      ...["STARTING", "RUNNING", "STOPPING", "BACKOFF", "FATAL"]
    ])
    const [generation] = await estate.generations()
    assert.equal(generation?.outcome, "unhealthy")
    server.mode("200")
    assert.equal((await estate.run("start", "web")).code, 0)
    await untilReady(estate, "web")
  })

  it("is not asked of a process that was up before, nor of one that the daemon left", async () => {
    estate = new Estate()
    const server = new Server(estate, "web")
    server.mode("503")
    const of = (ready: object | undefined) =>
      declare({
        web: { command: server.command, start, ...(ready === undefined ? {} : { ready }) }
      })
    estate.write("all.ts", of(undefined))
    await estate.up()
    const pid = await estate.pid("web")
    await estate.save(() =>
      estate.write("all.ts", of(server.http({ within: "300ms", failures: 2 })))
    )
    // What was ready without a probe is ready until its probe has failed often enough.
    await untilReady(estate, "web", false)
    assert.equal(await estate.pid("web"), pid)
    await killAndWait(estate)
    await until(estate, "web", "to fail again", (it) => (it.ready?.failures ?? 0) > 5)
    assert.equal(await estate.pid("web"), pid)
  })
})

describe("a liveness probe", () => {
  it("stops what is not alive in order, and restarts it by its policy", async () => {
    estate = new Estate()
    const server = new Server(estate, "web")
    const liveness = server.http({ failures: 3, timeout: "200ms", startPeriod: "2 seconds" })
    const web = {
      command: server.command,
      start,
      restart: { backoff: { kind: "fixed", delay: "100ms" } },
      liveness
    }
    estate.write("all.ts", declare({ web }))
    await estate.up()
    const first = await until(estate, "web", "to be alive", (it) => it.liveness?.last?.ok === true)
    server.mode("hang")
    const next = await until(
      estate,
      "web",
      "to be restarted",
      (it) => it.process !== null && it.process.pid !== first.process?.pid
    )
    server.mode("200")
    assert.isFalse(isAlive(first.process?.pid ?? 0))
    assert.isAtLeast(next.failures, 1)
    const reasons = (await journal(estate)).flatMap((body) =>
      body.kind === "state" && body.to === "STOPPING" ? [body.reason] : []
    )
    assert.deepInclude(reasons[0], { kind: "unhealthy", during: "run" })
    assert.match(JSON.stringify(reasons[0]), /no answer within 200ms .*3 times in a row/)
    assert.match((await estate.run("why", "web")).out, /not alive any more: no answer within 200ms/)
    await until(estate, "web", "to be alive again", (it) => it.liveness?.last?.ok === true)
    assert.isEmpty((await estate.plan()).actions)
  })
})

describe("a daemon that is killed", () => {
  it("leaves what was ready ready, is followed by one that probes on, and restarts nothing", async () => {
    estate = new Estate()
    const server = new Server(estate, "web")
    const ready = server.http({ failures: 2, within: "10 seconds" })
    const liveness = server.http({ failures: 5, status: "100-599" })
    estate.write("all.ts", declare({ web: { command: server.command, start, ready, liveness } }))
    await estate.up()
    const before = await untilReady(estate, "web")
    await killAndWait(estate)
    const after = await estate.instance("web")
    assert.isTrue(after?.ready?.ok)
    assert.equal(after?.ready?.since, before.ready?.since)
    assert.equal(after?.process?.pid, before.process?.pid)
    server.mode("503")
    await untilReady(estate, "web", false)
    await killAndWait(estate)
    assert.isFalse((await estate.instance("web"))?.ready?.ok)
    server.mode("200")
    const last = await untilReady(estate, "web")
    assert.equal(last.process?.pid, before.process?.pid)
    assert.equal(last.starts, 1)
  })
})
