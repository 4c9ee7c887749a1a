/** What clients do to processes: every action of supervisorctl and every method of XML-RPC about them (sections 2, 4, 5). */

import type { Side } from "../compare/Side.ts"
import { config, type Scenario, type Stage } from "../compare/Stage.ts"

const programs = config(`
[program:cat]
command=/bin/cat
[program:manual]
command=/bin/sleep 1000
autostart=false
[program:slow]
command=/bin/sleep 1000
autostart=false
startsecs=2
[program:stubborn]
command=/usr/bin/python3 -c "import signal,time; signal.signal(15, signal.SIG_IGN); print('up', flush=True); time.sleep(1000)"
autostart=false
stopwaitsecs=3
[program:missing]
command=nosuchcmd
autostart=false
startretries=1
[program:gone]
command=nosuchcmd
startretries=1
[program:badquote]
command=/bin/sh -c "foo
autostart=false
[program:directory]
command=/tmp
autostart=false
[program:plain]
command=DIR/s.conf
autostart=false
[program:quick]
command=/bin/sh -c "exit 1"
autostart=false
startretries=2
[program:once]
command=/bin/sh -c "sleep 1.3; exit 0"
autostart=false
[program:seven]
command=/bin/sh -c "sleep 1.3; exit 7"
autostart=false
autorestart=false
[program:blind]
command=/bin/sleep 1000
autostart=false
stdout_logfile=NONE
stderr_logfile=NONE
[program:many]
command=/bin/sleep 1000
process_name=%(program_name)s_%(process_num)02d
numprocs=3
[program:g1]
command=/bin/sleep 1000
autostart=false
[program:g2]
command=/bin/sleep 1000
autostart=false
priority=5
[group:grp]
programs=g1,g2
`)

const ctl = (name: string, ...lines: ReadonlyArray<ReadonlyArray<string>>): Scenario => ({
  name,
  play: async (side) => {
    for (const words of lines) await side.ctl(...words)
  }
})

const actions: ReadonlyArray<Scenario> = [
  {
    name: "status of everything, once it is up",
    play: async (side) => {
      await side.state("RUNNING", "cat", "many:many_00", "many:many_01", "many:many_02")
      await side.ctl("status")
    }
  },
  ctl(
    "row 90: status with one stopped, one unknown",
    ["status", "manual"],
    ["status", "nosuch"],
    ["status", "nosuch:*"]
  ),
  ctl(
    "status of groups and of several",
    ["status", "many:*"],
    ["status", "cat", "many:many_01"],
    ["status", "all"],
    ["status", "many:nosuch", "cat"]
  ),
  ctl(
    "start and stop of one",
    ["start", "manual"],
    ["start", "manual"],
    ["status", "manual"],
    ["stop", "manual"],
    ["stop", "manual"],
    ["status", "cat"]
  ),
  ctl(
    "start of what cannot be",
    ["start", "missing"],
    ["start", "badquote"],
    ["start", "directory"],
    ["start", "plain"],
    ["start", "nosuch"],
    ["start", "nosuch:*"],
    ["start", "many:nosuch"]
  ),
  ctl("start of what ends at once", ["start", "quick"]),
  ctl(
    "start and stop without words",
    ["start"],
    ["stop"],
    ["restart"],
    ["signal"],
    ["signal", "HUP"],
    ["clear"],
    ["tail"]
  ),
  ctl(
    "restart",
    ["restart", "cat"],
    ["restart", "manual"],
    ["restart", "nosuch"],
    ["stop", "manual"]
  ),
  ctl("groups", ["start", "grp:*"], ["start", "grp:*"], ["status", "grp:*"], ["stop", "grp:*"]),
  ctl("row 92: stop of a group that does not run", ["stop", "grp:*"]),
  ctl("row 93: clear of a group", ["clear", "grp:*"]),
  ctl("clear", ["clear", "cat"], ["clear", "nosuch"], ["clear", "cat", "many:many_00"]),
  ctl(
    "signal",
    ["signal", "CONT", "cat"],
    ["signal", "nosuch", "cat"],
    ["signal", "CONT", "manual"],
    ["signal", "CONT", "nosuch"],
    ["signal", "18", "many:*"],
    ["signal", "CONT", "nosuch:*"],
    ["signal", "CONT", "grp:*"]
  ),
  ctl("pid", ["pid"], ["pid", "cat"], ["pid", "manual"], ["pid", "nosuch"]),
  ctl(
    "actions that take no words",
    ["avail", "x"],
    ["reread", "x"],
    ["version", "x"],
    ["shutdown", "x"],
    ["reload", "x"]
  ),
  ctl(
    "version, help, and what there is not",
    ["version"],
    ["help"],
    ["help", "start"],
    ["help", "nosuch"],
    ["frobnicate"],
    ["?"]
  ),
  ctl(
    "tail and its errors",
    ["tail", "cat"],
    ["tail", "nosuch"],
    ["tail", "blind"],
    ["tail", "-x", "cat"],
    ["tail", "cat", "middle"],
    ["tail", "cat", "stderr"],
    ["tail", "-5", "cat"],
    ["tail", "a", "b", "c", "d"]
  ),
  ctl("fg and its errors", ["fg"], ["fg", "a", "b"], ["fg", "nosuch"], ["fg", "manual"]),
  ctl("row 79: a process that ignores TERM", ["start", "stubborn"], ["stop", "stubborn"]),
  {
    name: "row 79: its lines in the log",
    play: async (side) => side.logLines(/stubborn/)
  },
  ctl(
    "add and remove",
    ["add", "cat"],
    ["add", "nosuch"],
    ["remove", "cat"],
    ["remove", "nosuch"],
    ["remove", "manual"],
    ["status", "manual"],
    ["add", "manual"],
    ["status", "manual"]
  ),
  {
    name: "row 76: an expected exit stays EXITED",
    play: async (side) => {
      await side.ctl("start", "once")
      await side.state("EXITED", "once")
      await side.ctl("status", "once")
      side.logLines(/: 'once'|: once/)
    }
  },
  {
    name: "an exit that is not expected",
    play: async (side) => {
      await side.ctl("start", "seven")
      await side.state("EXITED", "seven")
      await side.rpc(["supervisor.getProcessInfo", ["seven"]])
      side.logLines(/: 'seven'|: seven/)
    }
  },
  {
    name: "row 80: a missing command gives up",
    play: async (side) => {
      await side.state("FATAL", "gone")
      await side.rpc(["supervisor.getProcessInfo", ["gone"]])
      await side.ctl("status", "gone")
      side.logLines(/gone|nosuchcmd/)
    }
  },
  {
    name: "interactive: a session through a pipe",
    play: async (side) => {
      await side.ctlRaw(
        ["-c", `${side.directory}/s.conf`],
        "status cat\nstart manual\nhelp stop\n\nnosuch\nstop manual\nversion\nquit\n"
      )
    }
  },
  {
    name: "interactive: reload and shutdown are asked for",
    play: async (side) => {
      await side.ctlRaw(["-c", `${side.directory}/s.conf`, "-i"], "shutdown\nn\nreload\nno\nexit\n")
    }
  },
  ctl("open", ["open", "ftp://x"], ["open", "unix:///nowhere.sock"]),
  {
    name: "row 91: no server",
    play: async (side) => {
      await side.ctlRaw(["-c", `${side.directory}/s.conf`, "-s", "unix:///nope.sock", "start", "x"])
      await side.ctlRaw([
        "-c",
        `${side.directory}/s.conf`,
        "-s",
        "http://127.0.0.1:19999",
        "start",
        "x"
      ])
      await side.ctlRaw(["-c", `${side.directory}/s.conf`, "-s", "unix:///nope.sock", "status"])
    }
  }
]

const faults: ReadonlyArray<
  readonly [string, ReadonlyArray<readonly [string, ReadonlyArray<unknown>]>]
> = [
  [
    "who it is",
    [
      ["supervisor.getAPIVersion", []],
      ["supervisor.getVersion", []],
      ["supervisor.getSupervisorVersion", []],
      ["supervisor.getIdentification", []],
      ["supervisor.getState", []],
      ["supervisor.getPID", []]
    ]
  ],
  [
    "row 86: methods that are none",
    [
      ["nope", []],
      ["supervisor.nope", []],
      ["supervisor._x", []],
      ["a.b.c", []],
      ["other.getState", []],
      ["supervisor.getState", [1]],
      ["supervisor.startProcess", []],
      ["supervisor.startProcess", ["a", true, 3]]
    ]
  ],
  [
    "names that are none",
    [
      ["supervisor.getProcessInfo", ["nosuch"]],
      ["supervisor.startProcess", ["nosuch"]],
      ["supervisor.stopProcess", ["cat:nosuch"]],
      ["supervisor.getProcessInfo", ["many:*"]],
      ["supervisor.startProcessGroup", ["nosuch"]],
      ["supervisor.stopProcessGroup", ["nosuch"]],
      ["supervisor.signalProcess", ["nosuch", "HUP"]],
      ["supervisor.removeProcessGroup", ["nosuch"]],
      ["supervisor.addProcessGroup", ["nosuch"]],
      ["supervisor.clearProcessLogs", ["nosuch"]],
      ["supervisor.readProcessStdoutLog", ["nosuch", 0, 0]],
      ["supervisor.tailProcessStdoutLog", ["nosuch", 0, 10]],
      ["supervisor.sendProcessStdin", ["nosuch", "x"]]
    ]
  ],
  [
    "row 81 and 82: what cannot be started",
    [
      ["supervisor.startProcess", ["missing"]],
      ["supervisor.startProcess", ["badquote"]],
      ["supervisor.startProcess", ["directory"]],
      ["supervisor.startProcess", ["plain"]],
      ["supervisor.startProcess", ["quick"]]
    ]
  ],
  [
    "already and not running",
    [
      ["supervisor.startProcess", ["cat"]],
      ["supervisor.stopProcess", ["manual"]],
      ["supervisor.signalProcess", ["manual", "HUP"]],
      ["supervisor.signalProcess", ["cat", "nosuch"]],
      ["supervisor.addProcessGroup", ["cat"]],
      ["supervisor.removeProcessGroup", ["cat"]]
    ]
  ],
  [
    "groups",
    [
      ["supervisor.startProcessGroup", ["grp"]],
      ["supervisor.startProcessGroup", ["grp"]],
      ["supervisor.signalProcessGroup", ["grp", "CONT"]],
      ["supervisor.signalProcessGroup", ["grp", "BAD"]],
      ["supervisor.stopProcessGroup", ["grp"]],
      ["supervisor.stopProcessGroup", ["grp"]],
      ["supervisor.startProcess", ["grp:*"]],
      ["supervisor.stopProcess", ["grp:"]]
    ]
  ],
  [
    "row 85: stdin",
    [
      ["supervisor.sendProcessStdin", ["cat", "hello\n"]],
      ["supervisor.sendProcessStdin", ["manual", "x"]],
      ["supervisor.sendProcessStdin", ["cat", 5]]
    ]
  ],
  [
    "info of one",
    [
      ["supervisor.getProcessInfo", ["cat"]],
      ["supervisor.getProcessInfo", ["blind"]],
      ["supervisor.getProcessInfo", ["many:many_01"]]
    ]
  ],
  ["info of all", [["supervisor.getAllProcessInfo", []]]],
  ["row 89: reload without a change", [["supervisor.reloadConfig", []]]],
  [
    "row 87: multicall",
    [
      [
        "system.multicall",
        [
          [
            { methodName: "supervisor.getPID" },
            { methodName: "nope" },
            { methodName: "system.multicall", params: [[]] },
            {},
            { methodName: "supervisor.startProcess", params: ["nosuch"] }
          ]
        ]
      ]
    ]
  ],
  [
    "introspection",
    [
      ["system.listMethods", []],
      ["system.methodSignature", ["supervisor.startProcess"]],
      ["system.methodSignature", ["supervisor.getAllProcessInfo"]],
      ["system.methodSignature", ["nope"]],
      ["system.methodHelp", ["nope"]]
    ]
  ],
  ["remote communication", [["supervisor.sendRemoteCommEvent", ["type", "data"]]]],
  ["arguments of another type", [["supervisor.getProcessInfo", [5]]]]
]

const waits: ReadonlyArray<Scenario> = [
  {
    name: "a start with wait=false returns at once",
    play: async (side) => {
      await side.rpc(["supervisor.startProcess", ["slow", false]])
      await side.state("STARTING", "slow")
      await side.state("RUNNING", "slow")
      await side.rpc(["supervisor.getProcessInfo", ["slow"]])
      await side.rpc(["supervisor.stopProcess", ["slow", false]])
      await side.state("STOPPED", "slow")
    }
  },
  {
    name: "row 83 and 84: start and stop while STOPPING",
    play: async (side) => {
      await side.quietly(["supervisor.startProcess", ["stubborn"]])
      await side.until("its handler", () => stubbornIsUp(side))
      await side.rpc(["supervisor.stopProcess", ["stubborn", false]])
      await side.rpc(
        ["supervisor.startProcess", ["stubborn"]],
        ["supervisor.stopProcess", ["stubborn"]]
      )
      await side.state("STOPPED", "stubborn")
    }
  },
  {
    name: "G40: a waiting start ends when another client stops it",
    play: async (side) => {
      const waiting = side.quietly(["supervisor.startProcess", ["slow"]])
      await side.state("STARTING", "slow")
      await side.quietly(["supervisor.stopProcess", ["slow"]])
      side.say(JSON.stringify(await waiting))
    }
  },
  {
    name: "row 78: a stop during BACKOFF",
    play: async (side) => {
      await side.quietly(["supervisor.startProcess", ["quick", false]])
      await side.state("BACKOFF", "quick")
      await side.rpc(["supervisor.stopProcess", ["quick"]])
      await side.rpc(["supervisor.getProcessInfo", ["quick"]])
    }
  }
]

const stubbornIsUp = async (side: Side): Promise<boolean> => {
  const [answer] = await side.quietly(["supervisor.readProcessStdoutLog", ["stubborn", -4, 0]])
  return answer !== undefined && "value" in answer && String(answer.value).includes("up")
}

export const control: ReadonlyArray<Stage> = [
  { name: "supervisorctl", files: { "s.conf": programs }, scenarios: actions },
  {
    name: "methods",
    differences: [
      {
        scenario: "methods/arguments of another type",
        theirs: /^\{"protocol":\[500,"Internal Server Error"\]\}$/,
        ours: /^\{"fault":\[2,"INCORRECT_PARAMETERS"\]\}$/,
        why: "the client learns what is wrong, and the log gets no traceback"
      }
    ],
    files: { "s.conf": programs },
    scenarios: [
      {
        name: "everything is up",
        play: async (side) => {
          await side.state("RUNNING", "cat", "many:many_00", "many:many_01", "many:many_02")
          side.say("up")
        }
      },
      ...faults.map(
        ([name, calls]): Scenario => ({
          name,
          play: async (side) => void (await side.rpc(...calls))
        })
      ),
      ...waits
    ]
  }
]
