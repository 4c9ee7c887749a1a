/** Reread and update beyond plain programs: listeners, counts, logs, includes, live settings (1.3, 3.3, 9). */
import type { Side } from "../compare/Side.ts"
import { config, type Scenario, type Stage } from "../compare/Stage.ts"
import { alone, end, fresh, sayLogged } from "./alone.ts"

const sleeper = (name: string, more = ""): string =>
  `[program:${name}]\ncommand=/bin/sleep 1000\nstartsecs=0\n${more}\n`

const hearing = `import sys
while True:
    sys.stdout.write('READY\\n'); sys.stdout.flush()
    headers = dict(pair.split(':') for pair in sys.stdin.readline().split())
    payload = sys.stdin.read(int(headers['len']))
    with open(sys.argv[1], 'a') as out: out.write(headers['eventname'] + ' ' + payload.replace('\\n', '|') + '\\n')
    sys.stdout.write('RESULT 2\\nOK'); sys.stdout.flush()
`

const listener = (name: string, events: string, more = ""): string =>
  [
    `[eventlistener:${name}]\ncommand=/usr/bin/python3 -u DIR/hearing.py DIR/${name}.heard`,
    `events=${events}\nstartsecs=0\n${more}\n`
  ].join("\n")

const becomes = async (side: Side, text: string, supervisord = ""): Promise<void> => {
  side.write("s.conf", config(text, supervisord))
  await side.ctl("reread")
  await side.ctl("update")
}

const scenarios: ReadonlyArray<Scenario> = [
  {
    name: "a listener comes, changes and goes",
    play: async (side) => {
      side.write("hearing.py", hearing)
      const hears = (word: string) => side.until(word, () => side.read("l.heard").includes(word))
      await fresh(side, config(sleeper("x")))
      await side.state("RUNNING", "x")
      await becomes(side, sleeper("x") + listener("l", "REMOTE_COMMUNICATION"))
      await side.state("RUNNING", "l")
      await side.quietly(["supervisor.sendRemoteCommEvent", ["a", "before"]])
      await hears("before")
      await becomes(side, sleeper("x") + listener("l", "PROCESS_GROUP"))
      await side.state("RUNNING", "l")
      await side.quietly(["supervisor.sendRemoteCommEvent", ["a", "between"]])
      await becomes(side, sleeper("x") + sleeper("y") + listener("l", "PROCESS_GROUP"))
      await hears("groupname:y")
      await becomes(
        side,
        sleeper("x") + sleeper("y") + listener("l", "PROCESS_GROUP", "buffer_size=20")
      )
      await side.ctl("status")
      await side.until("its own group again", () => side.read("l.heard").split(":l|").length === 3)
      await becomes(side, sleeper("x"))
      await side.ctl("status")
      // It may be told of the removal of y before it is stopped itself, or not.
      const heard = side.read("l.heard").trim().split("\n")
      for (const line of heard) if (!line.includes("_REMOVED")) side.say(line)
      await end(side)
    }
  },
  {
    name: "the order of a listener's events is no change",
    play: async (side) => {
      side.write("hearing.py", hearing)
      await fresh(side, config(listener("l", "TICK_5")))
      await side.state("RUNNING", "l")
      await becomes(side, listener("l", "tick_5"))
      await end(side)
    }
  },
  {
    name: "more and fewer processes of a program",
    play: async (side) => {
      const many = (count: number, start = 0) =>
        sleeper(
          "m",
          `numprocs=${count}\nnumprocs_start=${start}\nprocess_name=%(program_name)s_%(process_num)d`
        )
      await fresh(side, config(many(2)))
      await side.state("RUNNING", "m:m_0", "m:m_1")
      await becomes(side, many(1))
      await side.state("RUNNING", "m:m_0")
      await side.ctl("status")
      await becomes(side, many(2, 5))
      await side.state("RUNNING", "m:m_5", "m:m_6")
      await side.ctl("status")
      await becomes(side, many(0))
      await side.ctl("status")
      await side.ctl("avail")
      await becomes(side, sleeper("m"))
      await side.state("RUNNING", "m")
      await side.ctl("status")
      await end(side)
    }
  },
  {
    name: "AUTO logs after remove and add",
    play: async (side) => {
      const logs = () => side.files().filter((name) => name.includes("-stdout---")).length
      await fresh(side, config(sleeper("x", "autostart=false")))
      side.say(`at the start ${logs()}`)
      await side.ctl("remove", "x")
      await side.ctl("add", "x")
      side.say(`after add ${logs()}`)
      await becomes(side, sleeper("x", "autostart=false\npriority=4"))
      side.say(`after update ${logs()}`)
      await side.ctl("reload")
      await side.until("its return", async () => {
        const [answer] = await side.quietly(["supervisor.getProcessInfo", ["x"]])
        return answer !== undefined && "value" in answer && logs() === 1
      })
      side.say(`after reload ${logs()}`)
      await end(side)
      side.say(`at the end ${logs()}`)
    }
  },
  {
    name: "a program in a new file of an include",
    play: async (side) => {
      const main = "[include]\nfiles=conf.d/*.conf"
      side.write("conf.d/a.conf", sleeper("a", "directory=%(here)s"))
      await fresh(side, config(main))
      await side.state("RUNNING", "a")
      side.write("conf.d/b.conf", sleeper("b"))
      await side.ctl("reread")
      await side.ctl("update")
      side.write("conf.d/b.conf", "[program:b]\nautostart=false\n")
      await side.ctl("reread")
      await side.ctl("update")
      side.write("conf.d/b.conf", "words\n")
      await side.ctl("reread")
      await end(side)
      sayLogged(side, /nclude/)
    }
  },
  {
    name: "here in a file that is included",
    play: async (side) => {
      side.write(
        "conf.d/a.conf",
        '[program:a]\ncommand=/bin/sh -c "echo %(here)s > DIR/here; exec sleep 1000"\nstartsecs=0\n'
      )
      await fresh(
        side,
        config(
          '[program:b]\ncommand=/bin/sh -c "echo %(here)s > DIR/main; exec sleep 1000"\n[include]\nfiles=%(here)s/conf.d/a.conf'
        )
      )
      await side.until("both", () => side.read("here") !== "" && side.read("main") !== "")
      side.show("here")
      side.show("main")
      await end(side)
    }
  },
  {
    name: "an included file may change the supervisor's section",
    play: async (side) => {
      side.write("more/x.conf", "[supervisord]\nidentifier=included\n[program:x]\npriority=1\n")
      await fresh(
        side,
        config(`${sleeper("x")}[include]\nfiles = more/x.conf\n  more/nothing.conf`)
      )
      await side.rpc(["supervisor.getIdentification", []])
      await side.ctl("avail")
      await end(side)
    }
  },
  {
    name: "G35: what a reread changes at once",
    play: async (side) => {
      await fresh(side, config(sleeper("x")))
      await side.state("RUNNING", "x")
      side.write("s.conf", config(sleeper("x"), "identifier=new\nstrip_ansi=true"))
      await side.ctl("reread")
      await side.rpc(["supervisor.getIdentification", []])
      await end(side)
    }
  },
  {
    name: "the environment of the supervisor's section changes every group",
    play: async (side) => {
      const show =
        '[program:x]\ncommand=/bin/sh -c "echo A=$A >> DIR/seen; exec sleep 1000"\nstartsecs=0\n'
      await fresh(side, config(show + sleeper("y"), "environment=A=1"))
      await side.until("its words", () => side.read("seen").includes("A=1\n"))
      await becomes(side, show + sleeper("y"), "environment=A=2")
      await side.until("its words", () => side.read("seen").includes("A=2\n"))
      side.show("seen")
      await becomes(side, show + sleeper("y"), "environment=A=2")
      await end(side)
    }
  },
  {
    name: "a changed priority, and blanks in a command",
    play: async (side) => {
      await fresh(side, config(sleeper("x") + sleeper("y")))
      await side.state("RUNNING", "x", "y")
      await becomes(
        side,
        sleeper("x", "priority=1") + sleeper("y").replace("sleep 1000", "sleep  1000")
      )
      await becomes(
        side,
        sleeper("x", "priority=1\n; words") + sleeper("y").replace("sleep 1000", "sleep  1000")
      )
      await side.ctl("avail")
      await end(side)
    }
  },
  {
    name: "a user by name and by number",
    play: async (side) => {
      await fresh(side, config(sleeper("x", "user=root")))
      await becomes(side, sleeper("x", "user=0"))
      await becomes(side, sleeper("x", "user=nobody"))
      await end(side)
    }
  },
  {
    name: "a log of its own instead of AUTO, and back",
    play: async (side) => {
      await fresh(side, config(sleeper("x")))
      await side.state("RUNNING", "x")
      await becomes(side, sleeper("x", "stdout_logfile=DIR/x.log"))
      await side.state("RUNNING", "x")
      side.write("s.conf", config(sleeper("x")))
      await side.ctl("reread")
      await end(side)
    }
  },
  {
    name: "what was removed from the file still runs until an update",
    play: async (side) => {
      await fresh(side, config(sleeper("x") + sleeper("y")))
      await side.state("RUNNING", "x", "y")
      side.write("s.conf", config(sleeper("x")))
      await side.ctl("reread")
      await side.ctl("restart", "y")
      await side.ctl("add", "y")
      await side.ctl("update", "x")
      await side.ctl("status")
      await side.ctl("update", "y")
      await side.ctl("status")
      await end(side)
    }
  }
]

export const applying: ReadonlyArray<Stage> = alone(scenarios, [
  {
    scenario: "AUTO logs after remove and add/plays",
    theirs: /^after add 1$/,
    ours: /^after add 2$/,
    why: "a group that was removed and comes back begins a log of its own, with or without a reread"
  },
  {
    scenario: "AUTO logs after remove and add/plays",
    theirs: /^after update 2$/,
    ours: /^after update 3$/,
    why: "a group that was removed and comes back begins a log of its own, with or without a reread"
  },
  {
    scenario: "G35: what a reread changes at once/plays",
    theirs: /^No config updates to processes$/,
    ours: /^x: changed$/,
    why: "G35: a reread says what it would change, and changes nothing of running processes"
  },
  {
    scenario: "a log of its own instead of AUTO, and back/plays",
    theirs: /^No config updates to processes$/,
    ours: /^x: changed$/,
    why: "a log file that went from the configuration is a change, which update applies"
  }
])
