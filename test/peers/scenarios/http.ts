/** The protocol below the methods, and the pages: sections 4.1 and 8. */

import type { Side } from "../compare/Side.ts"
import { config, type Scenario, type Stage } from "../compare/Stage.ts"

const host = "Host: localhost\r\n"
const call = (body: string, more = "", version = "1.1", path = "/RPC2"): string =>
  [
    `POST ${path} HTTP/${version}\r\n${host}Content-Type: text/xml\r\n`,
    `Content-Length: ${Buffer.byteLength(body)}\r\n${more}\r\n${body}`
  ].join("")

const method = (name: string, params = ""): string =>
  `<?xml version='1.0'?><methodCall><methodName>${name}</methodName><params>${params}</params></methodCall>`

const parameter = (value: string): string => `<param><value>${value}</value></param>`

const asks = (name: string, ...requests: ReadonlyArray<string>): Scenario => ({
  name,
  play: async (side) => {
    for (const request of requests) await side.http(request)
  }
})

/** Only the status line, and a header that matters. */
const heads = (name: string, keep: RegExp, ...requests: ReadonlyArray<string>): Scenario => ({
  name,
  play: async (side: Side) => {
    for (const request of requests) {
      const before = side.transcript.length
      const answer = await side.http(request)
      side.transcript.length = before
      const [head = ""] = answer.split("\r\n\r\n")
      side.say(`> ${request.split("\r\n")[0]}`)
      for (const [at, line] of head.split("\r\n").entries()) {
        if (at === 0 || keep.test(line)) side.say(line)
      }
    }
  }
})

const getState = method("supervisor.getState")

const scenarios: ReadonlyArray<Scenario> = [
  asks(
    "A.3: an answer and a fault",
    call(getState),
    call(method("supervisor.getProcessInfo", parameter("<string>zz</string>")))
  ),
  asks("HTTP/1.0", call(getState, "", "1.0"), call(getState, "Connection: keep-alive\r\n", "1.0")),
  asks(
    "a path that begins with RPC2",
    call(getState, "", "1.1", "/RPC2/more"),
    call(getState, "", "1.1", "/RPC2x")
  ),
  asks("GET of RPC2", `GET /RPC2 HTTP/1.1\r\n${host}\r\n`),
  heads("no length", /^never/, `POST /RPC2 HTTP/1.1\r\n${host}Content-Type: text/xml\r\n\r\n`),
  asks("what is no XML", call("this is not XML"), call("<methodCall>")),
  heads("an empty body", /^never/, call("")),
  asks(
    "no method",
    call("<?xml version='1.0'?><methodCall><params></params></methodCall>"),
    call("<methodCall><methodName></methodName></methodCall>")
  ),
  asks(
    "kinds of values",
    call(method("supervisor.getProcessInfo", parameter("cat"))).replace("cat", "zz9"),
    call(method("supervisor.getProcessInfo", parameter("<base64>enp6</base64>"))),
    call(
      method(
        "supervisor.startProcess",
        `${parameter("<string>zz</string>")}${parameter("<boolean>1</boolean>")}`
      )
    ),
    call(
      method("supervisor.getProcessInfo", parameter("<string>a &amp; b &lt;c&gt; &#233;</string>"))
    )
  ),
  heads("nil", /^never/, call(method("supervisor.getProcessInfo", parameter("<nil/>")))),
  heads(
    "paths that are none",
    /^never/,
    `GET /nope HTTP/1.1\r\n${host}\r\n`,
    `GET /stylesheets/nope.css HTTP/1.1\r\n${host}\r\n`,
    `GET /../../etc/passwd HTTP/1.1\r\n${host}\r\n`
  ),
  heads(
    "pages",
    /^Content-Type/,
    `GET / HTTP/1.1\r\n${host}\r\n`,
    `GET /index.html HTTP/1.1\r\n${host}\r\n`,
    `GET /ok.html HTTP/1.1\r\n${host}\r\n`,
    `GET /tail.html?processname=cat HTTP/1.1\r\n${host}\r\n`,
    `GET /stylesheets/supervisor.css HTTP/1.1\r\n${host}\r\n`
  ),
  {
    name: "ok.html",
    play: async (side) => {
      const before = side.transcript.length
      const answer = await side.http(`GET /ok.html HTTP/1.1\r\n${host}\r\n`)
      side.transcript.length = before
      side.say(answer.split("\r\n\r\n")[1] ?? "")
    }
  },
  {
    name: "the page names every process and its state",
    play: async (side) => {
      await side.state("RUNNING", "cat")
      const before = side.transcript.length
      const answer = await side.http(`GET / HTTP/1.1\r\n${host}\r\n`)
      side.transcript.length = before
      for (const word of [
        "cat",
        "idle",
        "running",
        "stopped",
        "statusrunning",
        "statusnominal",
        "tail.html?processname=cat"
      ]) {
        side.say(`${word}: ${answer.includes(word)}`)
      }
    }
  },
  heads(
    "row 110: an action by GET",
    /^Location/,
    "GET /index.html?processname=cat&action=start HTTP/1.1\r\nHost: h:99\r\n\r\n"
  ),
  heads(
    "an action that is none",
    /^never/,
    `GET /index.html?processname=cat&action=explode HTTP/1.1\r\n${host}\r\n`
  )
]

const guarded: ReadonlyArray<Scenario> = [
  heads(
    "row 64: a hashed password",
    /^WWW/,
    call(getState),
    call(getState, "Authorization: Basic dToxMjM0\r\n"),
    call(getState, "Authorization: Basic dTp3cm9uZw==\r\n"),
    call(getState, "Authorization: Bearer x\r\n")
  ),
  heads(
    "every path is guarded",
    /^WWW/,
    `GET / HTTP/1.1\r\n${host}\r\n`,
    `GET /logtail/cat HTTP/1.1\r\n${host}\r\n`,
    `GET /ok.html HTTP/1.1\r\n${host}\r\n`,
    `GET /ok.html HTTP/1.1\r\n${host}Authorization: Basic dToxMjM0\r\n\r\n`
  ),
  heads(
    "credentials that cannot be read",
    /^never/,
    call(getState, "Authorization: Basic !!!\r\n"),
    call(getState, "Authorization: Basic dQ==\r\n")
  )
]

const programs =
  "[program:cat]\ncommand=/bin/cat\n[program:idle]\ncommand=/bin/cat\nautostart=false\n"

export const http: ReadonlyArray<Stage> = [
  {
    name: "http",
    files: { "s.conf": config(programs) },
    scenarios,
    differences: [
      ...[1, 2].map(() => ({
        scenario: "http/HTTP/1.0",
        theirs: /^HTTP\/1\.0 200 OK$/,
        ours: /^HTTP\/1\.1 200 OK$/,
        why: "RFC 9112 2.3: a server answers with its own version"
      })),
      {
        scenario: "http/an empty body",
        theirs: /^$/,
        ours: /^HTTP\/1\.1 400 Bad Request$/,
        why: "supervisord never answers; a client must not wait for ever"
      },
      {
        scenario: "http/row 110: an action by GET",
        theirs: /^HTTP\/1\.1 301 Moved Permanently$/,
        ours: /^HTTP\/1\.1 403 Forbidden$/,
        why: "no state changes by GET without the page's token: any web site could send a browser there"
      },
      {
        scenario: "http/row 110: an action by GET",
        theirs:
          /^Location: http:\/\/h:99\/\?message=ERROR%3A%20Process%20cat%3A%20already%20started$/,
        ours: null,
        why: "no state changes by GET without the page's token: any web site could send a browser there"
      },
      {
        scenario: "http/an action that is none",
        theirs: /^HTTP\/1\.1 500 Internal Server Error$/,
        ours: /^HTTP\/1\.1 400 Bad Request$/,
        why: "it is the request that is wrong, and the log gets no traceback"
      }
    ]
  },
  {
    name: "http with a password",
    differences: [1, 2].map(() => ({
      scenario: "http with a password/credentials that cannot be read",
      theirs: /^HTTP\/1\.1 500 Internal Server Error$/,
      ours: /^HTTP\/1\.1 400 Bad Request$/,
      why: "it is the request that is wrong, and the log gets no traceback"
    })),
    files: {
      "s.conf": config(programs).replace(
        "file=DIR/s.sock",
        "file=DIR/s.sock\nusername=u\npassword={SHA}7110eda4d09e062aa5e4a390b0a572ac0d2c0220"
      )
    },
    scenarios: guarded
  },
  {
    name: "no rpcinterface",
    files: {
      "s.conf": config(programs).replace(/\[rpcinterface[^[]*/, "")
    },
    scenarios: [
      {
        name: "the methods are not there",
        play: async (side) => {
          await side.rpc(["supervisor.getState", []], ["system.listMethods", []])
          await side.ctl("status")
        }
      }
    ]
  }
]
