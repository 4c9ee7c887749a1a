/** HTTP servers by their sections (1.9, 4.1, 7.8), with the real client over TCP and unix sockets. */
import { mkdirSync, statSync, writeFileSync } from "node:fs"
import { createServer } from "node:net"
import { join } from "node:path"
import type { Side } from "../compare/Side.ts"
import { config, type Scenario, type Stage } from "../compare/Stage.ts"
import { freePort } from "../supervisorctl/Lab.ts"
import { alone, end, fresh, freshUnheard, hide, sayLogged } from "./alone.ts"

const url =
  '[program:url]\ncommand=/bin/sh -c "echo url=$SUPERVISOR_SERVER_URL > DIR/url; exec sleep 1000"\nstartsecs=0\n'

const rights = (side: Side, name: string): void => {
  const { gid, mode, uid } = statSync(join(side.directory, name))
  side.say(`${name} ${(mode & 0o7777).toString(8)} ${uid}:${gid}`)
}

const unixKeys = (keys: string, more = ""): string =>
  config(more).replace("file=DIR/s.sock", `file=DIR/s.sock\n${keys}`)

const overTcp = (
  name: string,
  keys: string,
  ...commands: ReadonlyArray<ReadonlyArray<string>>
): Scenario => ({
  name,
  play: async (side) => {
    const port = await freePort()
    await fresh(
      side,
      config(`[inet_http_server]\nport=127.0.0.1:${port}\n${keys}\n[program:cat]\ncommand=/bin/cat`)
    )
    await side.state("RUNNING", "cat")
    for (const words of commands) await side.ctl("-s", `http://127.0.0.1:${port}`, ...words)
    await end(side)
    sayLogged(side, /without any|initialized/)
    hide(side, port, "PORT")
  }
})

const refusal = (name: string, server: (port: number) => string): Scenario => ({
  name,
  play: async (side) => {
    const port = await freePort()
    side.write("s.conf", config(server(port)).replace(/\[unix_http_server\]\nfile=.*\n/, ""))
    await side.runs(["-n", "-c", join(side.directory, "s.conf")])
    hide(side, port, "PORT")
  }
})

const taken = "a regular file in the socket's place"

const scenarios: ReadonlyArray<Scenario> = [
  overTcp(
    "the real client over TCP with a password",
    "username=ann\npassword=se:cret",
    ["-u", "ann", "-p", "se:cret", "status"],
    ["-u", "ann", "-p", "se:cret", "stop", "cat"],
    ["-u", "ann", "-p", "se:cret", "start", "cat"],
    ["-u", "ann", "-p", "se:cret", "tail", "cat"],
    ["-u", "ann", "-p", "wrong", "status"],
    ["-u", "bob", "-p", "se:cret", "version"],
    ["version"]
  ),
  overTcp("the real client over TCP without a password", "", ["status"], ["version"], ["avail"]),
  overTcp(
    "an empty name and password switch the check off",
    "username=\npassword=",
    ["status"],
    ["-u", "x", "-p", "y", "version"]
  ),
  overTcp(
    "a percent sign in a password is doubled",
    "username=ann\npassword=p%%q",
    ["-u", "ann", "-p", "p%q", "version"],
    ["-u", "ann", "-p", "p%%q", "version"]
  ),
  {
    name: "several servers",
    play: async (side) => {
      const port = await freePort()
      await fresh(
        side,
        config(
          `${url}[unix_http_server:two]\nfile=DIR/two.sock\n[inet_http_server:web]\nport=127.0.0.1:${port}\n`
        )
      )
      await side.until("an environment", () => side.read("url").endsWith("\n"))
      side.show("url")
      await side.ctl("version")
      await side.ctl("-s", `unix://${side.directory}/two.sock`, "version")
      await side.ctl("-s", `http://127.0.0.1:${port}`, "version")
      sayLogged(side, /Server '|initialized/)
      await end(side)
      side.say(`left: ${side.exists("s.sock")} ${side.exists("two.sock")}`)
      hide(side, port, "PORT")
    }
  },
  {
    name: "no server at all",
    play: async (side) => {
      freshUnheard(side, config(url).replace(/\[unix_http_server\]\nfile=.*\n/, ""))
      await side.until("an environment", () => side.read("url").endsWith("\n"))
      side.show("url")
      await end(side)
      sayLogged(side, /./)
    }
  },
  {
    name: "the rights of the socket",
    play: async (side) => {
      await fresh(side, config(""))
      rights(side, "s.sock")
      side.say(
        side
          .files()
          .filter((name) => name.includes("sock"))
          .join(" ")
      )
      await end(side)
    }
  },
  {
    name: "chmod and chown of the socket",
    play: async (side) => {
      await fresh(side, unixKeys("chmod=0770\nchown=nobody:daemon"))
      rights(side, "s.sock")
      await end(side)
    }
  },
  {
    name: "chown of the socket to a user alone",
    play: async (side) => {
      await fresh(side, unixKeys("chmod=777\nchown=nobody"))
      rights(side, "s.sock")
      await end(side)
    }
  },
  {
    name: taken,
    play: async (side) => {
      writeFileSync(join(side.directory, "s.sock"), "text")
      await fresh(side, config(""))
      side.say(side.hasEnded() ? `refused, and it holds: ${side.read("s.sock")}` : "replaced")
      await side.close()
    }
  },
  {
    name: "here in the path of the socket",
    play: async (side) => {
      await fresh(side, config("").replace("file=DIR/s.sock", "file=%(here)s/s.sock"))
      await side.ctl("version")
      await end(side)
    }
  },
  {
    name: "a TCP port that is taken",
    play: async (side) => {
      const server = createServer()
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()))
      const address = server.address()
      const port = address === null || typeof address === "string" ? 0 : address.port
      side.write("s.conf", config(`[inet_http_server]\nport=127.0.0.1:${port}`))
      await side.runs(["-n", "-c", join(side.directory, "s.conf")])
      server.close()
      side.say(`left: ${side.exists("s.sock")} ${side.exists("s.pid")}`)
    }
  },
  refusal("an address of another machine", (port) => `[inet_http_server]\nport=192.0.2.1:${port}`),
  refusal(
    "a socket in a directory that is not there",
    () => "[unix_http_server]\nfile=DIR/no/s.sock"
  ),
  {
    name: "a socket in a directory below",
    play: async (side) => {
      mkdirSync(join(side.directory, "below"))
      side.write("s.conf", config("").replace("s.sock", "below/a.sock"))
      side.start().catch(() => undefined)
      await side.until("its start", () => side.read("s.log").includes("started with pid"))
      rights(side, "below/a.sock")
      await end(side)
    }
  }
]

export const servers: ReadonlyArray<Stage> = alone(scenarios, [
  {
    scenario: `${taken}/plays`,
    theirs: /^replaced$/,
    ours: /^refused, and it holds: text$/,
    why: "reeve removes sockets that nobody listens on, and no file of anybody's"
  }
])
