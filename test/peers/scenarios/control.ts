/** Every action of supervisorctl, played by the real one (section 5). */
import type { Scenario, Stage } from "../compare/Stage.ts"
import { controlPrograms } from "./controlPrograms.ts"

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

export const control: ReadonlyArray<Stage> = [
  { name: "supervisorctl", files: { "s.conf": controlPrograms }, scenarios: actions }
]
