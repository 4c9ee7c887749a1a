/** Output of programs and what clients read of it: section 3, 4.4, 4.8 and rows 44, 70 to 73, 102, 103. */

import type { Side } from "../compare/Side.ts"
import { config, type Scenario, type Stage } from "../compare/Stage.ts"

/** Each line is a write of its own, with a pause behind it. */
const writer = [
  "import sys, time",
  "for n in range(int(sys.argv[1])):",
  "    sys.stdout.write('line %03d\\n' % n); sys.stdout.flush(); time.sleep(0.03)",
  "time.sleep(1000)",
  ""
].join("\n")

const python = "/usr/bin/python3 -u"

const programs = config(
  `
[program:ten]
command=/bin/sh -c "printf 0123456789; exec sleep 1000"
[program:both]
command=/bin/sh -c "echo out; echo err >&2; exec sleep 1000"
[program:joined]
command=/bin/sh -c "echo out; sleep 0.2; echo err >&2; exec sleep 1000"
redirect_stderr=true
[program:rotated]
command=${python} DIR/writer.py 40
stdout_logfile=DIR/rotated.log
stdout_logfile_maxbytes=100
stdout_logfile_backups=2
[program:truncated]
command=${python} DIR/writer.py 15
stdout_logfile=DIR/truncated.log
stdout_logfile_maxbytes=100
stdout_logfile_backups=0
[program:endless]
command=${python} DIR/writer.py 15
stdout_logfile=DIR/endless.log
stdout_logfile_maxbytes=0
[program:ansi1]
command=/bin/sh -c "printf '\\033[31mred\\033[0m\\n'; sleep 1000"
stdout_logfile=DIR/ansi1.log
[program:ansi2]
command=/bin/sh -c "printf 'a\\033[1;32'; sleep 1000"
stdout_logfile=DIR/ansi2.log
[program:ansi3]
command=/bin/sh -c "printf '\\033]0;t\\007x\\n'; sleep 1000"
stdout_logfile=DIR/ansi3.log
[program:none]
command=/bin/sh -c "echo x; exec sleep 1000"
stdout_logfile=NONE
stderr_logfile=NONE
[program:nodir]
command=/bin/echo never
directory=/nope
startretries=0
stderr_logfile=DIR/nodir.err
[program:isdir]
command=/bin/echo never
stdout_logfile=DIR/folder
startretries=0
[program:last]
command=/bin/sh -c "printf 'no newline at the end'; exit 0"
startsecs=0
autorestart=false
stdout_logfile=DIR/last.log
`,
  "strip_ansi=true"
)

const read = (...calls: ReadonlyArray<readonly [number, number]>) =>
  calls.map(
    ([offset, length]) => ["supervisor.readProcessStdoutLog", ["ten", offset, length]] as const
  )
const tail = (...calls: ReadonlyArray<readonly [number, number]>) =>
  calls.map(
    ([offset, length]) => ["supervisor.tailProcessStdoutLog", ["ten", offset, length]] as const
  )

const complete = async (side: Side, name: string, text: string): Promise<void> =>
  side.until(`${text} in ${name}`, () => side.read(name).includes(text))

const scenarios: ReadonlyArray<Scenario> = [
  {
    name: "row 70: readLog",
    play: async (side) => {
      await side.until("ten bytes", async () => {
        const [answer] = await side.quietly(["supervisor.readProcessStdoutLog", ["ten", 0, 0]])
        return answer !== undefined && "value" in answer && answer.value === "0123456789"
      })
      await side.rpc(...read([-3, 0], [4, 0], [0, 4], [20, 5], [-3, 2], [3, -2], [0, 0], [-100, 0]))
    }
  },
  {
    name: "row 71: tail",
    play: async (side) => {
      await side.rpc(...tail([0, 4], [5, 5], [5, 100], [10, 5], [0, 0], [-5, 3], [100, 5]))
    }
  },
  {
    name: "the names of methods about logs",
    play: async (side) => {
      await side.rpc(
        ["supervisor.readProcessLog", ["ten", 0, 3]],
        ["supervisor.tailProcessLog", ["ten", 0, 3]],
        ["supervisor.readProcessStderrLog", ["both", 0, 0]],
        ["supervisor.tailProcessStderrLog", ["both", 0, 10]],
        ["supervisor.readProcessStderrLog", ["joined", 0, 0]],
        ["supervisor.readProcessStdoutLog", ["none", 0, 0]],
        ["supervisor.tailProcessStdoutLog", ["none", 0, 10]]
      )
    }
  },
  {
    name: "stderr in stdout",
    play: async (side) => {
      await side.until("both lines", async () => {
        const [answer] = await side.quietly(["supervisor.readProcessStdoutLog", ["joined", 0, 0]])
        return answer !== undefined && "value" in answer && answer.value === "out\nerr\n"
      })
      await side.ctl("tail", "joined")
      await side.ctl("tail", "-4", "joined")
      await side.ctl("tail", "both", "stderr")
      await side.ctl("tail", "joined", "stderr")
    }
  },
  {
    name: "row 102: rotation",
    play: async (side) => {
      await side.until("three backups' worth", () =>
        side.read("rotated.log").endsWith("line 039\n")
      )
      side.say(
        side
          .files()
          .filter((name) => name.startsWith("rotated"))
          .toSorted()
          .join(" ")
      )
      for (const name of ["rotated.log", "rotated.log.1", "rotated.log.2"]) side.show(name)
    }
  },
  {
    name: "row 103: no backups",
    play: async (side) => {
      await side.until("the last line", () => side.read("truncated.log").endsWith("line 014\n"))
      side.say(
        side
          .files()
          .filter((name) => name.startsWith("truncated"))
          .join(" ")
      )
      side.show("truncated.log")
    }
  },
  {
    name: "maxbytes=0 never rotates",
    play: async (side) => {
      await complete(side, "endless.log", "line 014\n")
      side.show("endless.log")
    }
  },
  {
    name: "row 72: strip_ansi",
    play: async (side) => {
      await complete(side, "ansi1.log", "red")
      await complete(side, "ansi2.log", "a")
      await complete(side, "ansi3.log", "x")
      for (const name of ["ansi1.log", "ansi2.log", "ansi3.log"])
        side.say(JSON.stringify(side.read(name)))
    }
  },
  {
    name: "row 44: a directory that is not there",
    play: async (side) => {
      await side.state("FATAL", "nodir")
      await side.ctl("status", "nodir")
      side.show("nodir.err")
    }
  },
  {
    name: "a log file that is a directory",
    play: async (side) => {
      await side.state("FATAL", "isdir")
      await side.ctl("status", "isdir")
    }
  },
  {
    name: "the end of the output is kept",
    play: async (side) => {
      await side.state("EXITED", "last")
      side.say(JSON.stringify(side.read("last.log")))
    }
  },
  {
    name: "clear of a running process",
    play: async (side) => {
      await side.rpc(
        ["supervisor.clearProcessLogs", ["ten"]],
        ["supervisor.readProcessStdoutLog", ["ten", 0, 0]],
        ["supervisor.clearProcessLog", ["rotated"]]
      )
      side.say(
        side
          .files()
          .filter((name) => name.startsWith("rotated"))
          .toSorted()
          .join(" ")
      )
    }
  },
  {
    name: "G7: clear of a dead process",
    play: async (side) => {
      await side.rpc(
        ["supervisor.clearProcessLogs", ["last"]],
        ["supervisor.readProcessStdoutLog", ["last", 0, 0]]
      )
    }
  },
  {
    name: "clear of all",
    play: async (side) => {
      const [answer] = await side.quietly(["supervisor.clearAllProcessLogs", []])
      const rows =
        answer !== undefined && "value" in answer && Array.isArray(answer.value) ? answer.value : []
      for (const row of rows.map((one) => JSON.stringify(one)).toSorted()) side.say(row)
    }
  },
  {
    name: "the main log",
    play: async (side) => {
      const [answer] = await side.quietly(["supervisor.readLog", [0, 0]])
      side.say(
        answer !== undefined && "value" in answer
          ? String(String(answer.value).length > 100)
          : "none"
      )
      await side.rpc(["supervisor.readLog", [-1, 1]], ["supervisor.readMainLog", [0, 10]])
    }
  },
  {
    name: "clear of the main log",
    play: async (side) => {
      await side.rpc(["supervisor.clearLog", []])
      await side.rpc(["supervisor.readLog", [0, 0]])
    }
  }
]

const streams: ReadonlyArray<Scenario> = [
  {
    name: "logtail of what is not there",
    play: async (side) => {
      await side.http("GET /logtail/nosuch HTTP/1.1\r\nHost: localhost\r\n\r\n")
      await side.http("GET /logtail/none HTTP/1.1\r\nHost: localhost\r\n\r\n")
      await side.http("GET /logtail/ten/middle HTTP/1.1\r\nHost: localhost\r\n\r\n")
      await side.http("POST /logtail/ten HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n")
    }
  }
]

const autoNames: Stage = {
  name: "AUTO logs",
  files: {
    "s.conf": config("[program:x]\ncommand=/bin/cat\nautostart=false", "identifier=mine"),
    "old-stdout---mine-abcd1234.log": "old",
    "old-stdout---other-abcd1234.log": "old"
  },
  scenarios: [
    {
      name: "their names, and what is cleared at the start",
      play: async (side) => {
        for (const name of side
          .files()
          .filter((one) => one.endsWith(".log"))
          .toSorted())
          side.say(name)
      }
    }
  ]
}

export const logs: ReadonlyArray<Stage> = [
  {
    name: "logs",
    differences: [
      {
        scenario: "logs/row 44: a directory that is not there",
        theirs: /^nodir {28}FATAL {5}Exited too quickly \(process log may have details\)$/,
        ours: /^nodir {28}FATAL {5}couldn't chdir to \/nope: ENOENT$/,
        why: "G17: the reason is in the state, not in a log of the program"
      },
      {
        scenario: "logs/row 44: a directory that is not there",
        theirs: /^supervisor: couldn't chdir to \/nope: ENOENT$/,
        ours: /^$/,
        why: "G17: the reason is in the state, not in a log of the program"
      },
      {
        scenario: "logs/row 44: a directory that is not there",
        theirs: /^supervisor: child process was not spawned$/,
        ours: null,
        why: "G17: there was no process, and nothing is written in its name"
      },
      {
        scenario: "logs/a log file that is a directory",
        theirs: /^isdir {28}FATAL {5}unknown error making dispatchers for 'isdir': EISDIR$/,
        ours: /^isdir {28}FATAL {5}unknown error making dispatchers for 'isdir': EISDIR \(DIR\/folder\)$/,
        why: "reeve names the file"
      },
      {
        scenario: "logs/G7: clear of a dead process",
        theirs: /^\{"value":"no newline at the end"\}$/,
        ours: /^\{"value":""\}$/,
        why: "G7: what is said to be cleared is cleared"
      }
    ],
    files: { "s.conf": programs, "writer.py": writer, "folder/x": "" },
    scenarios: [...scenarios, ...streams]
  },
  autoNames
]
