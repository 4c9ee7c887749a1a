/** What event listeners are told: section 6, rows 97 to 101, through listeners in Python that write down all that they get. */

import type { Side } from "../compare/Side.ts"
import { config, type Scenario, type Stage } from "../compare/Stage.ts"

/** argv: file to append to, answer to give (`ok`, `fail-once`, `garbage`, `never`). */
const listener = `
import os, sys
path, answer = sys.argv[1:3]
failed = False
while True:
    sys.stdout.write('READY\\n'); sys.stdout.flush()
    line = sys.stdin.readline()
    if not line: break
    headers = dict(pair.split(':', 1) for pair in line.split())
    payload = sys.stdin.read(int(headers['len']))
    with open(path, 'a') as out:
        out.write(line + payload.replace('\\n', '|') + '\\n')
    if answer == 'never':
        import time
        time.sleep(1000)
    if answer == 'garbage':
        sys.stdout.write('RESULT xx\\n'); sys.stdout.flush()
        import time
        time.sleep(1000)
    if answer == 'fail-once' and not failed:
        failed = True
        sys.stdout.write('RESULT 4\\nFAIL'); sys.stdout.flush()
    else:
        sys.stdout.write('RESULT 2\\nOK'); sys.stdout.flush()
`

const listening = (name: string, events: string, answer = "ok", more = ""): string =>
  [
    `[eventlistener:${name}]`,
    `command=/usr/bin/python3 -u DIR/listener.py DIR/${name}.events ${answer}`,
    `events=${events}\nbuffer_size=100\n${more}`
  ].join("\n")

const programs = `
[program:cat]
command=/bin/cat
[program:seven]
command=/bin/sh -c "sleep 1.3; exit 7"
autostart=false
autorestart=false
[program:quick]
command=/bin/sh -c "exit 1"
autostart=false
startretries=1
startsecs=30
[program:talk]
command=/bin/sh -c "printf 'before<!--XSUPERVISOR:BEGIN-->said<!--XSUPERVISOR:END-->after this, more text to come\\n'; sleep 99"
autostart=false
stdout_capture_maxbytes=1KB
stdout_logfile=DIR/talk.log
[program:print]
command=/bin/sh -c "echo to stdout; sleep 0.3; echo to stderr >&2; exec sleep 1000"
autostart=false
stdout_events_enabled=true
stderr_events_enabled=true
`

/** One line an event: name, counts, payload. */
const shown = (text: string, keep: RegExp): ReadonlyArray<string> => {
  const lines = text.split("\n")
  const found: Array<string> = []
  for (let at = 0; at + 1 < lines.length; at += 2) {
    const header = lines[at] ?? ""
    const name = /eventname:(\S+)/.exec(header)?.[1] ?? ""
    if (keep.test(name)) found.push(`${name} ${lines[at + 1]}`)
  }
  return found
}

const hears = async (side: Side, file: string, what: RegExp): Promise<void> =>
  side.until(`${what} in ${file}`, () => what.test(side.read(file)))

const since = new WeakMap<Side, number>()

/** Events of the kinds since the last look, in order. */
const tell = (side: Side, file: string, keep: RegExp): void => {
  const all = shown(side.read(file), /./)
  for (const line of all.slice(since.get(side) ?? 0)) if (keep.test(line)) side.say(line)
  since.set(side, all.length)
}

const all = "all.events"

const scenarios: ReadonlyArray<Scenario> = [
  {
    name: "row 97: what comes at the start",
    play: async (side) => {
      await hears(side, all, /PROCESS_STATE_RUNNING[^\n]*\nprocessname:cat /)
      const text = side.read(all)
      side.say(text.split("\n")[0] ?? "")
      for (const line of shown(text, /GROUP|SUPERVISOR/)) side.say(line)
      const states = shown(text, /PROCESS_STATE/)
      side.say(states.filter((line) => line.includes("processname:cat ")).join("\n"))
      tell(side, all, /never/)
    }
  },
  {
    name: "headers",
    play: async (side) => {
      const headers = side
        .read(all)
        .split("\n")
        .filter((line) => line.startsWith("ver:"))
      for (const line of headers.slice(0, 3)) side.say(line)
      const serials = headers.map((line) => Number(/ serial:(\d+)/.exec(line)?.[1]))
      side.say(
        `rising: ${serials.every((serial, index) => index === 0 || serial > (serials[index - 1] ?? 0))}`
      )
    }
  },
  {
    name: "row 98: a stop and a start",
    play: async (side) => {
      await side.quietly(["supervisor.stopProcess", ["cat"]], ["supervisor.startProcess", ["cat"]])
      await hears(
        side,
        all,
        /RUNNING[^\n]*\nprocessname:cat [^\n]*\n[\s\S]*STOPPED[\s\S]*RUNNING[^\n]*\nprocessname:cat /
      )
      tell(side, all, /processname:cat /)
    }
  },
  {
    name: "row 99: an exit that is not expected",
    play: async (side) => {
      await side.quietly(["supervisor.startProcess", ["seven"]])
      await hears(side, all, /EXITED[^\n]*\nprocessname:seven/)
      tell(side, all, /processname:seven /)
    }
  },
  {
    name: "tries, and giving up",
    play: async (side) => {
      await side.quietly(["supervisor.startProcess", ["quick", false]])
      await hears(side, all, /FATAL[^\n]*\nprocessname:quick/)
      tell(side, all, /processname:quick /)
    }
  },
  {
    name: "remote communication",
    play: async (side) => {
      await side.quietly(["supervisor.sendRemoteCommEvent", ["a type", "some\ndata"]])
      await hears(side, all, /REMOTE_COMMUNICATION/)
      tell(side, all, /REMOTE/)
    }
  },
  {
    name: "remote communication beyond ASCII",
    play: async (side) => {
      await side.quietly(["supervisor.sendRemoteCommEvent", ["ty", "ünï"]])
      await hears(side, all, /ünï/)
      const header = side
        .read(all)
        .split("\n")
        .findLast((line) => line.includes("REMOTE"))
      side.say(header?.replace(/serial:\d+/g, "serial:N") ?? "")
      tell(side, all, /REMOTE/)
    }
  },
  {
    name: "output as events",
    play: async (side) => {
      await side.quietly(["supervisor.startProcess", ["print"]])
      await hears(side, all, /to stderr/)
      tell(side, all, /PROCESS_LOG/)
    }
  },
  {
    name: "capture mode",
    play: async (side) => {
      await side.quietly(["supervisor.startProcess", ["talk"]])
      await hears(side, all, /PROCESS_COMMUNICATION_STDOUT/)
      tell(side, all, /PROCESS_COMM/)
      await side.until("the rest in the log", () => side.read("talk.log").includes("to come"))
      side.show("talk.log")
    }
  },
  {
    name: "groups come and go",
    play: async (side) => {
      await side.quietly(
        ["supervisor.stopProcess", ["cat"]],
        ["supervisor.removeProcessGroup", ["cat"]],
        ["supervisor.addProcessGroup", ["cat"]]
      )
      await hears(side, all, /GROUP_REMOVED[\s\S]*GROUP_ADDED/)
      tell(side, all, /PROCESS_GROUP/)
    }
  },
  {
    name: "a pool of one type hears nothing else",
    play: async (side) => {
      await hears(side, "fatal.events", /processname:quick/)
      for (const line of shown(side.read("fatal.events"), /./)) side.say(line)
    }
  },
  {
    name: "ticks",
    play: async (side) => {
      await hears(side, "tick.events", /TICK_5/)
      const [first = ""] = shown(side.read("tick.events"), /./)
      side.say(first)
      const at = Number(/when:(\d+)/.exec(side.read("tick.events"))?.[1])
      side.say(`on the period: ${at % 5 === 0}`)
    }
  },
  {
    name: "an event that was rejected comes again",
    play: async (side) => {
      await hears(side, "again.events", /REMOTE[\s\S]*REMOTE/)
      const headers = side
        .read("again.events")
        .split("\n")
        .filter((line) => line.startsWith("ver:"))
        .map((line) => /poolserial:(\d+)/.exec(line)?.[1])
      side.say(`the first came twice: ${headers[0] === headers[1]}`)
    }
  },
  {
    name: "row 100: an answer that is none",
    play: async (side) => {
      await side.until("its word", () => side.read("s.log").includes("bad result line"))
      for (const line of side.read("s.log").split("\n")) {
        if (/WARN bad: .*(result line|UNKNOWN)/.test(line)) side.say(line)
      }
      await side.ctl("status", "bad")
    }
  },
  {
    name: "row 101: more events than the buffer holds",
    play: async (side) => {
      for (let n = 0; n < 8; n += 1) {
        await side.quietly(["supervisor.sendRemoteCommEvent", ["n", String(n)]])
      }
      await side.until("its word", () =>
        /ERRO pool full event buffer overflowed/.test(side.read("s.log"))
      )
      const line = side
        .read("s.log")
        .split("\n")
        .find((one) => one.includes("pool full event buffer"))
      side.say(line?.replace(/event \d+$/, "event N") ?? "")
    }
  },
  {
    name: "listeners in status and in the config",
    play: async (side) => {
      await side.ctl("status", "all:*")
      await side.ctl("avail")
    }
  },
  {
    name: "a listener's output is in its log",
    play: async (side) => {
      await side.until("an answer in the log", () => side.read("tick.log").includes("RESULT 2\nOK"))
      side.say(side.read("tick.log").split("\n").slice(0, 2).join("\n"))
    }
  }
]

export const events: ReadonlyArray<Stage> = [
  {
    name: "events",
    files: {
      "listener.py": listener,
      "s.conf": config(
        [
          listening("all", "EVENT"),
          listening("fatal", "PROCESS_STATE_FATAL"),
          listening("tick", "TICK_5", "ok", "stdout_logfile=DIR/tick.log\n"),
          listening("again", "REMOTE_COMMUNICATION", "fail-once", "priority=7\n"),
          listening("bad", "REMOTE_COMMUNICATION", "garbage", "priority=8\n"),
          listening("full", "REMOTE_COMMUNICATION", "never", "priority=9\n").replace(
            "buffer_size=100",
            "buffer_size=2"
          ),
          programs
        ].join("\n"),
        "identifier=ident"
      )
    },
    scenarios
  }
]
