/** Actions of clients on all, on groups and on several names (2.8, 4.4, 5.3). */
import { config, type Scenario, type Stage } from "../compare/Stage.ts"
import { loggedLines } from "./alone.ts"

const sleeper = (name: string, more = ""): string =>
  `[program:${name}]\ncommand=/bin/sleep 1000\nstartsecs=0\n${more}`

const programs = config(
  [
    sleeper("a", "priority=30"),
    sleeper("b", "priority=20"),
    sleeper("c", "priority=10"),
    sleeper("off", "autostart=false\npriority=5"),
    sleeper("g1", "priority=2"),
    sleeper("g2", "priority=1"),
    "[group:grp]\nprograms=g1,g2\npriority=25",
    sleeper("many", "process_name=%(program_name)s_%(process_num)d\nnumprocs=2"),
    "[program:bad]\ncommand=nosuchcmd\nautostart=false\nstartretries=0",
    "[group:empty]"
  ].join("\n"),
  "loglevel=debug"
)

const names = ["a", "b", "c", "off", "grp:g1", "grp:g2", "many:many_0", "many:many_1"]

const ctl = (name: string, ...lines: ReadonlyArray<ReadonlyArray<string>>): Scenario => ({
  name,
  play: async (side) => {
    for (const words of lines) await side.ctl(...words)
  }
})

/** In which order processes were told to stop, or were started, since the line with that number. */
const order = (lines: ReadonlyArray<string>, pattern: RegExp): string =>
  lines
    .map((line) => pattern.exec(line)?.[1])
    .filter((name) => name !== undefined)
    // Equal priorities have no order.
    .map((name) => name.replace(/many_\d/, "many"))
    .join(" ")

const scenarios: ReadonlyArray<Scenario> = [
  {
    name: "the order of the first start",
    play: async (side) => {
      await side.state("RUNNING", ...names.filter((name) => name !== "off"))
      side.say(order(loggedLines(side, /spawned/), /spawned: '(\w+)'/))
    }
  },
  ctl("start all", ["start", "all"], ["start", "all"]),
  ctl(
    "status of all and of words with blanks",
    ["status", "all"],
    ["status", "a b"],
    ["status", "a", "a"]
  ),
  ctl("signal all", ["signal", "CONT", "all"], ["signal", "NOPE", "all"], ["signal", "0", "a"]),
  ctl("clear all", ["clear", "all"], ["clear", "a", "nosuch", "grp:g1"]),
  ctl("pid all", ["pid", "all"], ["pid", "a", "b"], ["pid", "a", "nosuch"]),
  {
    name: "stop all goes from the lowest priority to the highest",
    play: async (side) => {
      const before = loggedLines(side, /./).length
      await side.ctl("stop", "all")
      side.say(order(loggedLines(side, /./).slice(before), /DEBG killing (\w+) /))
      await side.ctl("stop", "all")
    }
  },
  ctl(
    "signal all when nothing runs",
    ["signal", "CONT", "all"],
    ["signal", "CONT", "grp:*"],
    ["pid", "all"]
  ),
  {
    name: "start all goes from the lowest priority to the highest",
    play: async (side) => {
      const before = loggedLines(side, /./).length
      await side.ctl("start", "all")
      side.say(order(loggedLines(side, /./).slice(before), /spawned: '(\w+)'/))
    }
  },
  ctl("restart all", ["restart", "all"], ["status"]),
  {
    name: "several names are taken as they are typed",
    play: async (side) => {
      const before = loggedLines(side, /./).length
      await side.ctl("stop", "a", "c", "b")
      await side.ctl("start", "b", "nosuch", "a", "bad", "c")
      side.say(order(loggedLines(side, /./).slice(before), /(?:DEBG killing|stopped:) (\w+) /))
      side.say(order(loggedLines(side, /./).slice(before), /spawned: '(\w+)'/))
    }
  },
  {
    name: "the order in a group",
    play: async (side) => {
      const before = loggedLines(side, /./).length
      await side.ctl("restart", "grp:*")
      side.say(order(loggedLines(side, /./).slice(before), /DEBG killing (\w+) /))
      side.say(order(loggedLines(side, /./).slice(before), /spawned: '(\w+)'/))
    }
  },
  ctl(
    "groups and processes mixed",
    ["restart", "a", "grp:*"],
    ["stop", "grp:g1", "many:*"],
    ["status", "grp:*", "many:many_0"],
    ["start", "grp:*", "many:*"],
    ["stop", "nosuch:*", "a"],
    ["start", "a", "a"]
  ),
  ctl(
    "an empty group",
    ["start", "empty:*"],
    ["stop", "empty:*"],
    ["status", "empty:*"],
    ["status", "empty"]
  ),
  {
    name: "all by XML-RPC",
    play: async (side) => {
      await side.rpc(
        ["supervisor.stopAllProcesses", []],
        ["supervisor.stopAllProcesses", [true]],
        ["supervisor.signalAllProcesses", ["CONT"]],
        ["supervisor.startAllProcesses", []],
        ["supervisor.signalAllProcesses", ["CONT"]],
        ["supervisor.signalAllProcesses", ["NOPE"]],
        ["supervisor.stopProcessGroup", ["grp", false]]
      )
      await side.state("STOPPED", "grp:g1", "grp:g2")
      await side.rpc(["supervisor.startProcessGroup", ["grp", false]])
      await side.state("RUNNING", "grp:g1", "grp:g2")
      await side.rpc(
        ["supervisor.stopProcessGroup", ["empty"]],
        ["supervisor.startProcessGroup", ["empty"]]
      )
    }
  },
  ctl(
    "tails of a size",
    ["tail", "-0", "a"],
    ["tail", "-100", "grp:g1"],
    ["tail", "-f"],
    ["maintail", "-x"],
    ["maintail", "a", "b"]
  )
]

const talker = "printf 'one\\ntwo'; echo err >&2; sleep 0.3; echo; exec sleep 1000"

const debugged: ReadonlyArray<Scenario> = [
  {
    name: "output in the main log",
    play: async (side) => {
      await side.quietly(["supervisor.startProcess", ["talk"]])
      await side.until("its output", () => /talk' stderr output:\nerr/.test(side.read("s.log")))
      await side.until("the rest", () => /output:\n\n/.test(side.read("s.log")))
      const text = side.read("s.log")
      const parts = text.split(/^(?=\d{4}-)/m).filter((part) => part.includes("'talk' std"))
      for (const part of parts.toSorted((x, y) => (x.slice(24) < y.slice(24) ? -1 : 1)))
        side.say(part)
    }
  },
  {
    name: "a stop at level debug",
    play: async (side) => {
      const before = loggedLines(side, /./).length
      await side.ctl("stop", "talk")
      await side.until("its end", () => /stopped: talk/.test(side.read("s.log")))
      const linesNow = () => loggedLines(side, /./).slice(before)
      // Supervisord may reap first and tell of the signal then.
      const isTold = () => linesNow().some((line) => line.includes("SIGCHLD"))
      if (side.which === "supervisord") await side.until("its signal", isTold)
      const lines = linesNow()
      for (const line of lines) if (/killing|SIGCHLD|stopped: talk/.test(line)) side.say(line)
    }
  },
  {
    name: "a stop of a group of processes at level debug",
    play: async (side) => {
      const before = loggedLines(side, /./).length
      await side.ctl("stop", "asgroup")
      for (const line of loggedLines(side, /./).slice(before))
        if (/killing/.test(line)) side.say(line)
    }
  },
  {
    name: "a signal at level debug",
    play: async (side) => {
      const before = loggedLines(side, /./).length
      await side.ctl("signal", "CONT", "plain")
      for (const line of loggedLines(side, /./).slice(before))
        if (/sending/.test(line)) side.say(line)
    }
  },
  {
    name: "a listener at level debug",
    play: async (side) => {
      await side.quietly(["supervisor.sendRemoteCommEvent", ["a", "b"]])
      await side.until("its answer", () => /: event was processed/.test(side.read("s.log")))
      await side.until("its READY", () =>
        / ACKNOWLEDGED -> READY\n[\s\S]* ACKNOWLEDGED -> READY/.test(side.read("s.log"))
      )
      for (const line of loggedLines(side, / hear: |to listener hear/)) side.say(line)
    }
  },
  {
    name: "the levels trace and below are silent",
    play: async (side) => side.say(String(loggedLines(side, / (TRAC|BLAT) /).length))
  }
]

const hearing = `import sys
while True:
    sys.stdout.write('READY\\n'); sys.stdout.flush()
    headers = dict(pair.split(':') for pair in sys.stdin.readline().split())
    sys.stdin.read(int(headers['len']))
    sys.stdout.write('RESULT 2\\nOK'); sys.stdout.flush()
`

const debug = config(
  [
    `[program:talk]\ncommand=/bin/sh -c "${talker}"\nautostart=false\nstartsecs=0`,
    sleeper("plain"),
    sleeper("asgroup", "stopasgroup=true"),
    "[eventlistener:hear]\ncommand=/usr/bin/python3 -u DIR/hearing.py\nevents=REMOTE_COMMUNICATION"
  ].join("\n"),
  "loglevel=debug"
)

export const bulk: ReadonlyArray<Stage> = [
  {
    name: "all at once",
    differences: [
      {
        scenario: "all at once/the order of the first start",
        theirs: /^c b g1 g2 a many many$/,
        ours: /^c b g2 g1 a many many$/,
        why: "priority counts in a group at the first start as it does at every other one"
      }
    ],
    files: { "s.conf": programs },
    scenarios
  },
  {
    name: "the main log at level debug",
    differences: [
      {
        scenario: "the main log at level debug/a stop at level debug",
        theirs: /^TIME DEBG received SIGCHLD indicating a child quit$/,
        ours: null,
        why: "the line that says which process ended follows at once, and this one says nothing of it"
      }
    ],
    files: { "s.conf": debug, "hearing.py": hearing },
    scenarios: debugged
  }
]
