import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { header, messageOf, open, post, process, site } from "./web/site.ts"

describe("the status page", () => {
  it.effect("lists processes by group and name, with the buttons of their state", () =>
    Effect.gen(function* () {
      const { ask } = yield* site({
        rows: [
          process("web", "b", "RUNNING"),
          process("cat", "cat", "FATAL", "Exited too quickly"),
          process("web", "a", "STARTING")
        ]
      })
      const page = yield* ask("/")
      const body = String(page.body)
      assert.strictEqual(page.status, 200)
      assert.deepStrictEqual(
        [...body.matchAll(/tail\.html\?processname=([^"]*)"[^>]*>([^<]*)</g)].map((m) => [
          m[1],
          m[2]
        ]),
        [
          ["cat", "cat"],
          ["web%3Aa", "web:a"],
          ["web%3Ab", "web:b"]
        ]
      )
      assert.deepStrictEqual(
        [...body.matchAll(/<span class="(status\w+)">(\w+)</g)].map((m) => [m[1], m[2]]),
        [
          ["statuserror", "fatal"],
          ["statusnominal", "starting"],
          ["statusrunning", "running"]
        ]
      )
      const buttons = [...body.matchAll(/name="action" value="(\w+)"/g)].map((m) => m[1])
      assert.deepStrictEqual(buttons, [
        "restartall",
        "stopall",
        "start",
        "clearlog",
        "clearlog",
        "restart",
        "stop",
        "clearlog"
      ])
      assert.include(body, 'href="logtail/web%3Ab/stderr"')
      assert.notInclude(body, "<script")
    })
  )

  it.effect("escapes every text that comes from outside", () =>
    Effect.gen(function* () {
      const evil = `<script>"'&`
      const { ask } = yield* site({
        rows: [process(evil, "x", "FATAL", evil)],
        answers: { readProcessStdoutLog: evil }
      })
      for (const path of [
        `/?message=${encodeURIComponent(evil)}`,
        `/tail.html?processname=${encodeURIComponent(evil)}`
      ]) {
        const body = String((yield* ask(path)).body)
        assert.notInclude(body, "<script>")
        assert.include(body, "&lt;script&gt;&quot;&#39;&amp;")
      }
    })
  )

  it.effect("forbids scripts, frames and foreign forms", () =>
    Effect.gen(function* () {
      const { ask } = yield* site()
      const policy = header(yield* ask("/index.html"), "Content-Security-Policy") ?? ""
      assert.match(policy, /default-src 'none'.*form-action 'self'.*frame-ancestors 'none'/)
    })
  )

  it.effect("without programs it says so", () =>
    Effect.gen(function* () {
      const { ask } = yield* site({ rows: [] })
      assert.include(String((yield* ask("/")).body), "No programs to manage")
    })
  )
})

describe("actions", () => {
  it.effect("each is a call, and its message is supervisord's", () =>
    Effect.gen(function* () {
      const { ask, calls, token } = yield* site()
      const one = (action: string) =>
        Effect.map(ask("/index.html", post({ token, action, processname: "cat" })), messageOf)
      assert.strictEqual(yield* one("start"), "Process cat started")
      assert.strictEqual(yield* one("stop"), "Process cat stopped")
      assert.strictEqual(yield* one("restart"), "Process cat restarted")
      assert.strictEqual(yield* one("clearlog"), "Log for cat cleared")
      const time = /[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}$/
      for (const [action, text] of [
        ["stopall", "All stopped at "],
        ["restartall", "All restarted at "],
        ["refresh", "Page refreshed at "]
      ] as const) {
        const message = yield* one(action)
        assert.isTrue(message.startsWith(text), message)
        assert.match(message, time)
      }
      assert.deepStrictEqual(calls, [
        "startProcess cat",
        "stopProcess cat",
        "stopProcess cat",
        "startProcess cat",
        "clearProcessLogs cat",
        "stopAllProcesses",
        "stopAllProcesses",
        "startAllProcesses"
      ])
    })
  )

  it.effect("faults of a start become words", () =>
    Effect.gen(function* () {
      for (const [code, text] of [
        [20, "no such file"],
        [21, "file not executable"],
        [40, "abnormal termination"],
        [50, "spawn error"],
        [60, "already started"],
        [30, "unexpected rpc fault [30] X: cat"]
      ] as const) {
        const { ask, token } = yield* site({ faults: { startProcess: [code, "X: cat"] } })
        const done = yield* ask("/", post({ token, action: "start", processname: "cat" }))
        assert.strictEqual(messageOf(done), `ERROR: Process cat: ${text}`)
      }
    })
  )

  it.effect("a stop of what does not run names the fault, a restart does not", () =>
    Effect.gen(function* () {
      const faults = {
        stopProcess: [70, "NOT_RUNNING: cat"],
        startProcess: [50, "SPAWN_ERROR: cat"]
      } as const
      const { ask, token } = yield* site({ faults })
      const stop = yield* ask("/", post({ token, action: "stop", processname: "cat" }))
      assert.strictEqual(messageOf(stop), "unexpected rpc fault [70] NOT_RUNNING: cat")
      const restart = yield* ask("/", post({ token, action: "restart", processname: "cat" }))
      assert.strictEqual(messageOf(restart), "Process cat restarted")
    })
  )

  it.effect("a whole group is no process, and is not touched", () =>
    Effect.gen(function* () {
      const { ask, calls, token } = yield* site()
      for (const processname of ["cat:*", "cat:", "nobody"]) {
        const done = yield* ask("/", post({ token, action: "stop", processname }))
        assert.strictEqual(messageOf(done), `No such process named ${processname}`)
      }
      assert.deepStrictEqual(calls, [])
    })
  )

  it.effect("an unknown action, and one without its process, are bad requests", () =>
    Effect.gen(function* () {
      const { ask, calls, token } = yield* site()
      assert.strictEqual((yield* ask("/", post({ token, action: "explode" }))).status, 400)
      assert.strictEqual((yield* ask("/", post({ token, action: "stop" }))).status, 400)
      assert.deepStrictEqual(calls, [])
    })
  )
})

describe("who may act", () => {
  const stop = "/index.html?processname=cat&action=stop"

  it.effect("an address alone changes nothing; with the token it acts", () =>
    Effect.gen(function* () {
      const { ask, calls, token } = yield* site()
      for (const address of [stop, `${stop}&token=`, `${stop}&token=${"0".repeat(32)}`]) {
        const refused = yield* ask(address)
        assert.strictEqual(refused.status, 403)
        assert.include(String(refused.body), "Nothing was done")
      }
      assert.deepStrictEqual(calls, [])
      assert.strictEqual(messageOf(yield* ask(`${stop}&token=${token}`)), "Process cat stopped")
      assert.deepStrictEqual(calls, ["stopProcess cat"])
    })
  )

  it.effect(
    "a form of another site is refused, with or without a token; also over a unix socket a token is needed",
    () =>
      Effect.gen(function* () {
        const { ask, calls, token } = yield* site()
        for (const origin of ["http://evil.example", "null", "http://127.0.0.1:9002"]) {
          const foreign = yield* ask("/", post({ token, action: "stopall" }, [["origin", origin]]))
          assert.strictEqual(foreign.status, 403)
        }
        const bare = yield* ask("/", { ...post({ action: "stopall" }), local: true })
        assert.strictEqual(bare.status, 403)
        assert.deepStrictEqual(calls, [])
        const own = yield* ask(
          "/",
          post({ token, action: "stopall" }, [["origin", "http://127.0.0.1:9001"]])
        )
        assert.strictEqual(own.status, 301)
      })
  )

  it.effect("a page is given only under a known name, and so is its token", () =>
    Effect.gen(function* () {
      const { ask } = yield* site()
      const under = (host: string, path = "/") =>
        Effect.map(ask(path, { headers: new Map([["host", host]]) }), ({ status }) => status)
      for (const known of ["localhost:9001", "10.0.0.7", "[::1]:9001", "build-7:9001", "BOX.lan"])
        assert.strictEqual(yield* under(known), 200, known)
      for (const unknown of ["evil.example", "127.0.0.1.evil.example:9001", "a@127.0.0.1", ""])
        assert.strictEqual(yield* under(unknown), 403, unknown)
      assert.strictEqual(yield* under("evil.example", "/tail.html?processname=cat"), 403)
      assert.strictEqual(yield* under("evil.example", "/ok.html"), 200)
    })
  )

  it.effect("where every server asks for a password, any name will do (row 110)", () =>
    Effect.gen(function* () {
      const servers = open.map((server) => ({ ...server, username: "u", password: "p" }))
      const { ask, token } = yield* site({
        servers,
        faults: { startProcess: [60, "ALREADY_STARTED: cat"] }
      })
      const done = yield* ask(`/index.html?processname=cat&action=start&token=${token}`, {
        headers: new Map([["host", "h:99"]])
      })
      assert.strictEqual(done.status, 301)
      assert.strictEqual(
        header(done, "Location"),
        "http://h:99/?message=ERROR%3A%20Process%20cat%3A%20already%20started"
      )
    })
  )

  it.effect("each daemon has its own token", () =>
    Effect.gen(function* () {
      const [first, second] = [yield* site(), yield* site()]
      assert.notStrictEqual(first.token, second.token)
    })
  )
})

describe("other pages", () => {
  it.effect("the tail shows at least 1024 bytes, and says why it shows none", () =>
    Effect.gen(function* () {
      const { ask, calls } = yield* site({ answers: { readProcessStdoutLog: "last line" } })
      for (const limit of ["", "&limit=10", "&limit=x", "&limit=5000", "&limit=99999999999"])
        assert.include(String((yield* ask(`/tail.html?processname=cat${limit}`)).body), "last line")
      assert.deepStrictEqual(
        calls.map((call) => call.split(" ")[2]),
        ["-1024", "-1024", "-1024", "-5000", String(-1024 * 1024)]
      )
      assert.include(String((yield* ask("/tail.html?processname=")).body), "No process name found")
      const noFile = yield* site({ faults: { readProcessStdoutLog: [20, "NO_FILE: cat"] } })
      assert.include(
        String((yield* noFile.ask("/tail.html?processname=cat")).body),
        "No file for cat"
      )
      const noName = yield* site({ faults: { readProcessStdoutLog: [10, "BAD_NAME: x"] } })
      assert.include(
        String((yield* noName.ask("/tail.html?processname=x")).body),
        "ERROR: unexpected rpc fault [10] BAD_NAME: x"
      )
    })
  )

  it.effect(
    "ok.html says OK; the stylesheet knows HEAD and its age; other paths are nobody's",
    () =>
      Effect.gen(function* () {
        const { ask } = yield* site()
        assert.deepStrictEqual(yield* ask("/ok.html"), {
          status: 200,
          headers: [["Content-Type", "text/plain"]],
          body: "OK"
        })
        const css = yield* ask("/stylesheets/supervisor.css", { method: "HEAD" })
        assert.strictEqual(css.status, 200)
        const headers = new Map([["if-modified-since", header(css, "Last-Modified") ?? ""]])
        assert.strictEqual((yield* ask("/stylesheets/supervisor.css", { headers })).status, 304)
        assert.strictEqual(
          (yield* ask("/stylesheets/supervisor.css", { method: "PUT" })).status,
          400
        )
        assert.strictEqual((yield* ask("/", { method: "DELETE" })).status, 400)
        assert.strictEqual((yield* ask("/stylesheets/other.css")).status, 404)
      })
  )
})
