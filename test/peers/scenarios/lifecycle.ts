/** The supervisor itself: start, signals, reload, end (section 7, 2.8, rows 95, 104 to 108, A.1). */
import { writeFileSync } from "node:fs"
import { createServer } from "node:net"
import { join } from "node:path"
import type { Difference } from "../compare/compare.ts"
import type { Side } from "../compare/Side.ts"
import { config, type Scenario, type Stage } from "../compare/Stage.ts"

const sleeper = (name: string, priority: number, more = ""): string =>
  `[program:${name}]\ncommand=/bin/sleep 1000\npriority=${priority}\n${more}`

const fresh = async (side: Side, text: string, flags?: ReadonlyArray<string>): Promise<void> => {
  side.write("s.conf", text)
  await side.start(flags)
}

const end = async (side: Side): Promise<void> => {
  side.signal("SIGTERM")
  await side.ended()
}

const four = config(
  [sleeper("p1", 1), sleeper("p2a", 2), sleeper("p2b", 2), sleeper("slow", 3)].join("\n")
)

const stoppedInOrder = (side: Side): void => {
  for (const line of side.read("s.log").split("\n")) {
    const found = /(stopped: \S+) /.exec(line)
    // Equal priorities have no order.
    if (found !== null) side.say((found[1] ?? "").replace(/p2[ab]/, "p2"))
  }
}

/** What has equal priorities has no order: its lines are put down by name. */
const equalPriorities = ({ transcript }: Side): void => {
  const lines = transcript.filter((line) => /spawned: 'p2|success: p2/.test(line)).toSorted()
  const [spawnedA = "", spawnedB = "", successA = "", successB = ""] = lines
  transcript.push(spawnedA, spawnedB, successA, successB)
  const others = transcript.filter(
    (line, at) => at >= transcript.length - 4 || !lines.includes(line)
  )
  transcript.splice(0, transcript.length, ...others)
}

const scenarios: ReadonlyArray<Scenario> = [
  {
    name: "row 104: the log of a whole life (A.1) and the order of the stop",
    play: async (side) => {
      await fresh(side, four)
      await side.state("RUNNING", "p1", "p2a", "p2b", "slow")
      side.say(`pidfile ${side.read("s.pid").trim() === String(side.pid())}`)
      side.logLines(/./)
      equalPriorities(side)
      await end(side)
      stoppedInOrder(side)
      side.say(`left: ${side.exists("s.pid")} ${side.exists("s.sock")}`)
    }
  },
  {
    name: "SIGINT ends it",
    play: async (side) => {
      await fresh(side, four)
      await side.state("RUNNING", "p1")
      side.signal("SIGINT")
      await side.ended()
      side.say(
        side.read("s.log").includes("received SIGINT indicating exit request") ? "told" : "untold"
      )
    }
  },
  {
    name: "row 105: SIGUSR1",
    play: async (side) => {
      await fresh(side, config(""))
      side.signal("SIGUSR1")
      side.signal("SIGTERM")
      await side.ended()
    }
  },
  {
    name: "SIGUSR2 opens the logs anew",
    play: async (side) => {
      await fresh(side, config(sleeper("x", 1, "stdout_logfile=DIR/x.log\n")))
      await side.state("RUNNING", "x")
      writeFileSync(join(side.directory, "s.log"), "")
      side.signal("SIGUSR2")
      await side.until("its word", () => side.read("s.log").includes("logreopen"))
      for (const line of side.read("s.log").split("\n"))
        if (/USR2|reopen/.test(line)) side.say(line)
      await end(side)
    }
  },
  {
    name: "SIGHUP takes everything anew",
    play: async (side) => {
      await fresh(side, config(sleeper("x", 1)))
      await side.state("RUNNING", "x")
      side.write("s.conf", config(sleeper("y", 1)))
      side.signal("SIGHUP")
      await side.state("RUNNING", "y")
      await side.ctl("status")
      side.say(`pidfile ${side.read("s.pid").trim() === String(side.pid())}`)
      for (const line of side.read("s.log").split("\n")) if (/HUP/.test(line)) side.say(line)
      await end(side)
    }
  },
  {
    name: "row 106: a socket that nobody listens on",
    play: async (side) => {
      const stale = createServer()
      await new Promise<void>((resolve) => stale.listen(join(side.directory, "t.sock"), resolve))
      // Closing would remove it: another name of it stays.
      const { linkSync } = await import("node:fs")
      linkSync(join(side.directory, "t.sock"), join(side.directory, "s.sock"))
      await new Promise<void>((resolve) => {
        stale.close(() => resolve())
      })
      await fresh(side, config(""))
      await side.ctl("status")
      side.signal("SIGTERM")
      await side.ended()
    }
  },
  {
    name: "row 107: a second one on the same socket",
    play: async (side) => {
      await fresh(side, config(sleeper("x", 1)))
      await side.state("RUNNING", "x")
      const first = side.pid()
      side.write(
        "second.conf",
        config("").replace("s.pid", "second.pid").replace("s.log", "second.log")
      )
      await side.runs(["-n", "-c", join(side.directory, "second.conf")])
      process.kill(first, "SIGTERM")
      await side.until("the end of the first", () => !side.exists("s.sock"))
    }
  },
  {
    name: "row 108: reload with a broken file",
    play: async (side) => {
      await fresh(side, config(sleeper("x", 1)))
      await side.state("RUNNING", "x")
      side.write("s.conf", `${config("")}\n[program:x]\nautostart=true\n`)
      await side.ctlRaw([
        "-s",
        `unix://${side.directory}/s.sock`,
        "-c",
        join(side.directory, "ctl.conf"),
        "reload"
      ])
      const over = () => side.hasEnded() || side.transcript.some((line) => /CANT_REREAD/.test(line))
      await side.until("an end or a word", over)
      side.say(side.hasEnded() ? "the daemon is gone" : "the daemon goes on")
      if (!side.hasEnded()) {
        await side.state("RUNNING", "x")
        await end(side)
      }
    }
  },
  {
    name: "row 88: everything is refused during a shutdown",
    play: async (side) => {
      await fresh(
        side,
        config(
          "[program:slow]\ncommand=/bin/sh -c \"trap '' TERM; while :; do sleep 1; done\"\nstopwaitsecs=4"
        )
      )
      await side.state("RUNNING", "slow")
      await side.until("python", () => true)
      await side.rpc(["supervisor.shutdown", []])
      await side.until("its mood", async () => {
        const [answer] = await side.quietly(["supervisor.getState", []])
        return answer === undefined || "fault" in answer
      })
      await side.rpc(
        ["supervisor.getState", []],
        ["supervisor.getVersion", []],
        ["supervisor.startProcess", ["slow"]],
        ["supervisor.shutdown", []],
        ["supervisor.restart", []],
        ["system.listMethods", []],
        ["supervisor.sendRemoteCommEvent", ["a", "b"]]
      )
      await side.ctl("status")
      await side.ctl("shutdown")
      await side.ctl("reload")
      await side.ended()
    }
  },
  {
    name: "in the background",
    play: async (side) => {
      side.write("s.conf", config(sleeper("x", 1)))
      await side.runs(["-c", join(side.directory, "s.conf")], ["stdout", "stderr"])
      await side.state("RUNNING", "x")
      await side.ctl("status")
      await side.ctl("shutdown")
      await side.until("its end", () => !side.exists("s.pid") && !side.exists("s.sock"))
      for (const line of side.read("s.log").split("\n")) {
        if (/daemonizing|started with|shutdown|exit request|stopped/.test(line)) side.say(line)
      }
    }
  },
  {
    name: "the foreground shows the log, unless it is silent",
    play: async (side) => {
      side.write("s.conf", config("", "loglevel=debug"))
      await fresh(side, config(""), ["-n", "-s", "-c", join(side.directory, "s.conf")])
      await end(side)
    }
  },
  {
    name: "a pidfile that cannot be written",
    play: async (side) => {
      await fresh(side, config("").replace("DIR/s.pid", "/nope/s.pid"))
      await side.ctl("pid")
      await end(side)
      for (const line of side.read("s.log").split("\n"))
        if (/pidfile|started with/.test(line)) side.say(line)
    }
  },
  {
    name: "two programs that share a log, an identifier, and files included",
    play: async (side) => {
      side.write("conf.d/1.conf", sleeper("inc", 1, "stdout_logfile=DIR/shared.log\n"))
      await fresh(
        side,
        config(
          `${sleeper("own", 2, "stdout_logfile=DIR/shared.log\n")}\n[include]\nfiles=conf.d/*.conf nope/*.x`,
          "identifier=me"
        )
      )
      await side.state("RUNNING", "inc", "own")
      await side.rpc(["supervisor.getIdentification", []])
      side.read("s.log")
      for (const line of side.read("s.log").split("\n")) if (/nclude/.test(line)) side.say(line)
      await end(side)
    }
  },
  {
    name: "clients with a password",
    play: async (side) => {
      const text = config("").replace(
        "file=DIR/s.sock",
        "file=DIR/s.sock\nusername=u\npassword={SHA}7110eda4d09e062aa5e4a390b0a572ac0d2c0220"
      )
      await fresh(side, text)
      await side.ctl("status")
      await side.ctl("-u", "u", "-p", "1234", "version")
      await side.ctl("-u", "u", "-p", "wrong", "version")
      await end(side)
    }
  }
]

const usr1 = "row 105: SIGUSR1"
const broken = "row 108: reload with a broken file"

const goesOn = "G9: the last good configuration goes on, and the client is told what is wrong"

const differences: ReadonlyArray<Difference> = [
  {
    scenario: `${broken}/plays`,
    theirs: /^Restarted supervisord$/,
    ours: /^error: <class '.*Fault'>, <Fault 92: "CANT_REREAD: program section program:x does not specify .*">: file: F line: N$/,
    why: goesOn
  },
  { scenario: `${broken}/plays`, theirs: /^exit 0$/, ours: /^exit 1$/, why: goesOn },
  {
    scenario: `${broken}/plays`,
    theirs: /^the daemon is gone$/,
    ours: /^the daemon goes on$/,
    why: goesOn
  },
  { scenario: `${broken}/plays`, theirs: null, ours: /^ended 0$/, why: goesOn },
  {
    scenario: `${usr1}/plays`,
    theirs: /^ended SIGUSR1$/,
    ours: /^ended 0$/,
    why: "SIGUSR1 does not kill reeve and leave everything behind"
  }
]

export const lifecycle: ReadonlyArray<Stage> = scenarios.map((scenario) => ({
  differences: differences.filter((one) => one.scenario === `${scenario.name}/plays`),
  name: scenario.name,
  files: {
    "ctl.conf": "[supervisorctl]\n"
  },
  started: false,
  scenarios: [{ ...scenario, name: "plays" }]
}))
