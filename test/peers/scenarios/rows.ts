/** Rows of section 12 that need programs of their own: namespecs, ends of processes, retries, capture, PID 1, inet servers. */
import { spawn } from "node:child_process"
import { join } from "node:path"
import { commandOf, environmentOf, type Side } from "../compare/Side.ts"
import { config, type Scenario, type Stage } from "../compare/Stage.ts"
import { freePort } from "../supervisorctl/Lab.ts"
import { alone, end, fresh, freshUnheard, hide, loggedLines, sayLogged } from "./alone.ts"

const untilLogged = async (side: Side, pattern: RegExp, count: number): Promise<void> =>
  side.until(`${pattern} ${count} times`, () => loggedLines(side, pattern).length >= count)

/** The first lines about a process, which go on for ever. */
const firstLines = async (side: Side, name: string, count: number): Promise<void> => {
  const about = new RegExp(`: '${name}'|: ${name} `)
  await untilLogged(side, about, count)
  for (const line of loggedLines(side, about).slice(0, count)) side.say(line)
}

const killedBy = (name: string, words: string): string =>
  `[program:${name}]\ncommand=/bin/sh -c "ulimit -c 0; sleep 1.4; ${words}"\nautorestart=false`

const ends: Stage = {
  name: "ends of processes",
  files: {
    "s.conf": config(
      [
        killedBy("segv", "kill -SEGV $$"),
        killedBy("killed", "kill -KILL $$"),
        killedBy("usr1", "kill -USR1 $$"),
        killedBy("one", "exit 1"),
        '[program:again]\ncommand=/bin/sh -c "sleep 2.2; kill -KILL $$"',
        '[program:always]\ncommand=/bin/sh -c "sleep 1.4; exit 0"\nautorestart=true',
        '[program:tries]\ncommand=/bin/sh -c "echo hi; exit 1"\nstartsecs=5\nstartretries=3',
        '[program:young]\ncommand=/bin/sh -c "sleep 1; exit 0"\nstartsecs=3\nstartretries=2'
      ].join("\n")
    )
  },
  scenarios: [
    {
      name: "row 68: how wait statuses read",
      play: async (side) => {
        for (const name of ["segv", "killed", "usr1", "one"]) {
          await side.state("EXITED", name)
          await firstLines(side, name, 3)
          const [answer] = await side.quietly(["supervisor.getProcessInfo", [name]])
          side.say(
            JSON.stringify(answer).replace(/.*("spawnerr":"[^"]*","exitstatus":-?\d+).*/, "$1")
          )
        }
      }
    },
    {
      name: "row 77: a process that is killed comes again",
      play: async (side) => firstLines(side, "again", 4)
    },
    {
      name: "row 76: autorestart=true",
      play: async (side) => {
        await firstLines(side, "always", 4)
        const [, , exited = "", spawned = ""] = loggedLines(side, /always/)
        const at = (line: string) => Date.parse(line.slice(0, 23).replace(",", "."))
        side.say(`at once: ${at(spawned) - at(exited) < 1500}`)
      }
    },
    {
      name: "row 74: four tries, and giving up",
      play: async (side) => {
        await side.state("FATAL", "tries")
        sayLogged(side, /'tries'|: tries/)
        const at = loggedLines(side, /spawned: 'tries'/).map((line) =>
          Date.parse(line.slice(0, 23).replace(",", "."))
        )
        const apart = at.slice(1).map((time, index) => (time - (at[index] ?? 0)) / 1000)
        const inBounds = apart.map((seconds, n) => seconds > n + 0.9 && seconds < n + 3)
        side.say(`1, 2 and 3 seconds apart, and a pass of the loop: ${inBounds}`)
        await side.rpc(["supervisor.readProcessStdoutLog", ["tries", 0, 0]])
      }
    },
    {
      name: "row 75: an expected exit that comes too soon is none",
      play: async (side) => {
        await side.state("FATAL", "young")
        sayLogged(side, /'young'|: young/)
      }
    }
  ]
}

const namespecs: Stage = {
  name: "namespecs",
  files: {
    "s.conf": config(
      [
        "[program:a]\ncommand=/bin/sleep 1000\nstartsecs=0\nprocess_name=%(ENV_COLON)s",
        "[program:*]\ncommand=/bin/sleep 1000\nstartsecs=0",
        "[program:b]\ncommand=/bin/sleep 1000\nstartsecs=0"
      ].join("\n"),
      'environment=COLON="b:c"'
    )
  },
  scenarios: [
    {
      name: "row 67: where a namespec is split",
      play: async (side) => {
        await side.state("RUNNING", "a:b:c", "*", "b")
        await side.rpc(
          ["supervisor.getProcessInfo", ["a:b:c"]],
          ["supervisor.getProcessInfo", ["a:"]],
          ["supervisor.getProcessInfo", ["a"]],
          ["supervisor.getProcessInfo", ["*"]],
          ["supervisor.getProcessInfo", [":b"]],
          ["supervisor.getProcessInfo", [""]],
          ["supervisor.signalProcess", ["a:", "CONT"]],
          ["supervisor.signalProcess", ["a:*", "CONT"]],
          ["supervisor.signalProcess", ["*", "CONT"]],
          ["supervisor.signalProcess", ["*:*", "CONT"]],
          ["supervisor.signalProcess", [":*", "CONT"]]
        )
      }
    },
    {
      name: "row 67: the same through the client",
      play: async (side) => {
        for (const words of [
          ["status"],
          ["status", "a:b:c"],
          ["status", "a:"],
          ["status", "*"],
          ["pid", "a:b:c"],
          ["stop", "*"],
          ["start", "*"],
          ["restart", "a:"]
        ])
          await side.ctl(...words)
      }
    }
  ]
}

const capturing = `import sys, time
def part(text):
    sys.stdout.write(text); sys.stdout.flush(); time.sleep(0.4)
part('<!--XSUPERVISOR:BEGIN-->' + '1' * 30)
part('2' * 30)
part('3' * 30 + '<!--XSUPERVISOR:END-->')
part('<!--XSUPERVISOR:BEGIN-->' + 'a' * 40)
part('b' * 25)
part('c' * 25)
part('<!--XSUPERVISOR:END-->' + ' ' * 40)
time.sleep(1000)
`

const hearing = `import sys
while True:
    sys.stdout.write('READY\\n'); sys.stdout.flush()
    headers = dict(pair.split(':') for pair in sys.stdin.readline().split())
    payload = sys.stdin.read(int(headers['len']))
    with open(sys.argv[1], 'a') as out: out.write(payload.split('\\n')[1] + '\\n')
    sys.stdout.write('RESULT 2\\nOK'); sys.stdout.flush()
`

const capture: Stage = {
  name: "a capture above its limit",
  files: {
    "capturing.py": capturing,
    "hearing.py": hearing,
    "s.conf": config(
      [
        "[program:talk]\ncommand=/usr/bin/python3 DIR/capturing.py\nautostart=false",
        "stdout_capture_maxbytes=50\nstdout_logfile=DIR/talk.log",
        "[eventlistener:hear]\ncommand=/usr/bin/python3 -u DIR/hearing.py DIR/heard",
        "events=PROCESS_COMMUNICATION\nstartsecs=0"
      ].join("\n")
    )
  },
  scenarios: [
    {
      name: "row 73: the oldest bytes go",
      play: async (side) => {
        await side.state("RUNNING", "hear")
        await side.quietly(["supervisor.startProcess", ["talk"]])
        await side.until("two captures", () => side.read("heard").split("\n").length === 3)
        side.show("heard")
      }
    },
    {
      name: "nothing of them is in the log",
      play: async (side) => side.say(JSON.stringify(side.read("talk.log").trim()))
    }
  ]
}

/** The supervisor is the first process of a PID namespace; its end is that of everything in it. */
const asInit = async (side: Side): Promise<void> => {
  side.write(
    "s.conf",
    config(
      "[program:x]\ncommand=/bin/sh -c \"sh -c '(sleep 1; exit 3) &'; exec sleep 1000\"\nstartsecs=0"
    )
  )
  const [command, words] = commandOf(side.which)
  const flags = ["-n", "-c", join(side.directory, "s.conf")]
  const unshare = ["--fork", "--pid", "--mount-proc", "--kill-child", command, ...words, ...flags]
  const child = spawn("/usr/bin/unshare", unshare, {
    cwd: side.directory,
    env: environmentOf(side.directory),
    stdio: "ignore"
  })
  const closed = new Promise<void>((resolve) => child.once("close", () => resolve()))
  try {
    await untilLogged(side, /reaped unknown pid/, 1)
    sayLogged(side, /reaped|started with/)
    side.show("s.pid")
    await side.rpc(["supervisor.getPID", []])
    await side.quietly(["supervisor.shutdown", []])
    await closed
    side.say(`it ends with ${child.exitCode}`)
    sayLogged(side, /stopped/)
  } finally {
    child.kill("SIGKILL")
  }
}

const others: ReadonlyArray<Scenario> = [
  {
    name: "row 109: an orphan below PID 1",
    play: asInit
  },
  {
    name: "row 66: an include that matches nothing",
    play: async (side) => {
      await fresh(side, config("[include]\nfiles=nope/*.x other/*"))
      await end(side)
      sayLogged(side, /include/)
    }
  },
  {
    name: "row 62: a port on all interfaces",
    play: async (side) => {
      const port = await freePort()
      const text = config(
        '[program:x]\ncommand=/bin/sh -c "echo $SUPERVISOR_SERVER_URL > DIR/url; exec sleep 1000"'
      ).replace(/\[unix_http_server\]\nfile=.*\n/, `[inet_http_server]\nport=*:${port}\n`)
      freshUnheard(side, text)
      await side.until("an environment", () => side.read("url").endsWith("\n"))
      side.show("url")
      const url = `http://127.0.0.1:${port}`
      await side.ctl("-s", url, "status", "nosuch")
      await side.ctl("-s", url, "pid")
      await end(side)
      hide(side, port, "PORT")
    }
  },
  {
    name: "row 85: a stdin that the process has closed",
    play: async (side) => {
      await fresh(
        side,
        config('[program:x]\ncommand=/bin/sh -c "exec sleep 1000 <&-"\nstartsecs=0')
      )
      await side.state("RUNNING", "x")
      await side.until("a refusal", async () => {
        const [answer] = await side.quietly(["supervisor.sendProcessStdin", ["x", "more\n"]])
        return answer !== undefined && "fault" in answer
      })
      await side.rpc(["supervisor.sendProcessStdin", ["x", "more\n"]])
      await end(side)
    }
  },
  {
    name: "row 65: loglevel=WARN",
    play: async (side) => {
      await fresh(
        side,
        config("[program:x]\ncommand=/bin/sleep 1000\nstartsecs=0", "loglevel=WARN")
      )
      await side.state("RUNNING", "x")
      await end(side)
      sayLogged(side, /./)
    }
  }
]

export const rows: ReadonlyArray<Stage> = [ends, namespecs, capture, ...alone(others)]
