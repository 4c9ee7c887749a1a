/** FastCGI programs: their sockets from the load to the end (1.14, 9.1). */
import { readFileSync, readlinkSync, statSync } from "node:fs"
import { join } from "node:path"
import type { Side } from "../compare/Side.ts"
import { config, type Scenario, type Stage } from "../compare/Stage.ts"
import { freePort } from "../supervisorctl/Lab.ts"
import { alone, end, fresh, hide, loggedLines } from "./alone.ts"

const sleeper = (name: string, keys: string): string =>
  `[fcgi-program:${name}]\ncommand=/bin/sleep 1000\nstartsecs=0\n${keys}\n`

const rights = (side: Side, name: string): void => {
  if (!side.exists(name)) {
    side.say(`no ${name}`)
    return
  }
  const stat = statSync(join(side.directory, name))
  side.say(`${name} ${(stat.mode & 0o7777).toString(8)} ${stat.uid}:${stat.gid} ${stat.isSocket()}`)
}

const pidOf = async (side: Side, name: string): Promise<number> => {
  const [answer] = await side.quietly(["supervisor.getProcessInfo", [name]])
  return Number(/"pid":(\d+)/.exec(JSON.stringify(answer))?.[1])
}

/** What its standard input is, such as `socket:[123]`: from the moment on in which it is itself and no fork of its supervisor. */
const stdinOf = async (side: Side, name: string): Promise<string> => {
  const pid = await pidOf(side, name)
  const isItself = () => readFileSync(`/proc/${pid}/cmdline`, "utf8").startsWith("/bin/sleep\0")
  await side.until(`${name} to be executed`, isItself)
  return readlinkSync(`/proc/${pid}/fd/0`)
}

/** Supervisord binds each socket once before it starts, to see whether it can. */
const sinceStart = (side: Side, pattern: RegExp): ReadonlyArray<string> => {
  const lines = loggedLines(side, /./)
  return lines
    .slice(lines.findIndex((line) => line.includes("started with pid")))
    .filter((line) => pattern.test(line))
}

const program = config(
  [
    sleeper("one", "socket=unix://DIR/one.sock"),
    sleeper("mode", "socket=unix://DIR/mode.sock\nsocket_mode=0640\nsocket_owner=nobody:daemon"),
    sleeper("user", "socket=unix://DIR/user.sock\nuser=nobody"),
    sleeper("owner", "socket=unix://DIR/owner.sock\nuser=nobody\nsocket_owner=daemon"),
    sleeper("off", "socket=unix://DIR/off.sock\nautostart=false"),
    sleeper(
      "pool",
      "socket=unix://DIR/%(program_name)s.sock\nprocess_name=p%(process_num)d\nnumprocs=2"
    ),
    sleeper("tcp", "socket=tcp://localhost:PORT\nsocket_backlog=7"),
    sleeper("grouped", "socket=unix://DIR/grouped.sock"),
    "[group:g]\nprograms=grouped"
  ].join("\n")
)

const scenarios: ReadonlyArray<Scenario> = [
  {
    name: "FastCGI sockets from the start to the end",
    play: async (side) => {
      const port = await freePort()
      await fresh(side, program.replaceAll("PORT", String(port)))
      await side.state("RUNNING", "one", "mode", "user", "owner", "pool:p0", "pool:p1", "tcp")
      for (const name of ["one", "mode", "user", "owner", "off", "pool"])
        rights(side, `${name}.sock`)
      side.say(`shared: ${(await stdinOf(side, "pool:p0")) === (await stdinOf(side, "pool:p1"))}`)
      side.say((await stdinOf(side, "tcp")).replace(/\d+/, "N"))
      await side.ctl("status")
      await side.ctl("avail")
      await side.rpc(["supervisor.sendProcessStdin", ["one", "x"]])
      await side.ctl("stop", "pool:p0")
      await side.ctl("stop", "pool:p1")
      await side.until("its end", () => sinceStart(side, /Closing socket/).length > 0)
      rights(side, "pool.sock")
      await side.ctl("start", "pool:*")
      side.say(`shared: ${(await stdinOf(side, "pool:p0")) === (await stdinOf(side, "pool:p1"))}`)
      await side.ctl("restart", "one")
      await end(side)
      for (const line of sinceStart(side, /(Creating|Closing) socket.*pool/)) side.say(line)
      rights(side, "one.sock")
      hide(side, port, "PORT")
    }
  },
  {
    name: "G6: a FastCGI program in a group",
    play: async (side) => {
      await fresh(
        side,
        config(`${sleeper("grouped", "socket=unix://DIR/grouped.sock")}[group:g]\nprograms=grouped`)
      )
      await side.state("RUNNING", "g:grouped")
      const stdin = (await stdinOf(side, "g:grouped")).replace(/:.*/, "")
      side.say(`socket: ${side.exists("grouped.sock")}, standard input: ${stdin}`)
      await end(side)
    }
  },
  {
    name: "a FastCGI socket in a directory that is not there",
    play: async (side) => {
      side.write("s.conf", config(sleeper("x", "socket=unix:///nope/x.sock\nstartretries=0")))
      side.start().catch(() => undefined)
      const failed = () => /x entered FATAL/.test(side.read("s.log"))
      await side.until("an end, or its failure", () => side.hasEnded() || failed())
      side.say(side.hasEnded() ? "the daemon ends" : "the program fails")
      if (side.hasEnded()) return
      const [answer] = await side.quietly(["supervisor.getProcessInfo", ["x"]])
      const why = /Could not create FastCGI socket unix:.*No such file or directory/
      if (!why.test(JSON.stringify(answer))) side.say("without a reason")
      await side.close()
    }
  },
  {
    name: "update with FastCGI programs",
    play: async (side) => {
      const first = sleeper("x", "socket=unix://DIR/x.sock")
      await fresh(side, config(first))
      await side.state("RUNNING", "x")
      const becomes = async (text: string) => {
        side.write("s.conf", config(text))
        await side.ctl("reread")
        await side.ctl("update")
      }
      side.write("s.conf", config(`${first}socket_mode=0600\nsocket_backlog=9\n`))
      await side.ctl("reread")
      await becomes(sleeper("x", "socket=unix://DIR/other.sock"))
      await side.state("RUNNING", "x")
      rights(side, "other.sock")
      await becomes(
        `${sleeper("x", "socket=unix://DIR/other.sock")}${sleeper("new", "socket=unix://DIR/new.sock")}`
      )
      await side.state("RUNNING", "new")
      rights(side, "new.sock")
      await becomes("[program:x]\ncommand=/bin/sleep 1000\nstartsecs=0")
      await side.state("RUNNING", "x")
      side.say(`a socket: ${(await stdinOf(side, "x")).startsWith("socket:")}`)
      await becomes("")
      await end(side)
    }
  }
]

export const fastCgi: ReadonlyArray<Stage> = alone(scenarios, [
  ...["off", "pool", "one"].map((name) => ({
    scenario: "FastCGI sockets from the start to the end/plays",
    theirs: new RegExp(`^${name}\\.sock 700 0:0 true$`),
    ours: new RegExp(`^no ${name}\\.sock$`),
    why: "a socket that nobody listens on does not lie about"
  })),
  {
    scenario: "G6: a FastCGI program in a group/plays",
    theirs: /^socket: false, standard input: pipe$/,
    ours: /^socket: true, standard input: socket$/,
    why: "G6: a FastCGI program in a group gets its socket"
  },
  {
    scenario: "a FastCGI socket in a directory that is not there/plays",
    theirs: /^the daemon ends$/,
    ours: /^the program fails$/,
    why: "one program that cannot start, with its reason in the status, takes no other down"
  },
  {
    scenario: "update with FastCGI programs/plays",
    theirs: /^No config updates to processes$/,
    ours: /^x: changed$/,
    why: "a mode and a backlog that were changed in the file are applied by update"
  }
])
