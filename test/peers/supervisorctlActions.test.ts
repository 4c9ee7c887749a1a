/** Every action of section 5.3 on one server with programs of all kinds. */
import { rmSync } from "node:fs"
import { head, type Lab, until } from "./supervisorctl/Lab.ts"
import { type Case, line, playCases } from "./supervisorctl/playCases.ts"

const config = `${head}
[program:cat]
command=/bin/cat
startsecs=0
[program:manual]
command=/bin/cat
autostart=false
startsecs=0
[program:talker]
command=/bin/sh -c 'echo one; echo two; echo "gr\u00fc\u00dfe <&>"; echo wrong >&2; exec sleep 1000'
stdout_logfile=DIR/talker.log
[program:silent]
command=/bin/cat
stdout_logfile=NONE
startsecs=0
[program:absent]
command=/nowhere/at/all
autostart=false
startretries=0
[program:text]
command=/etc/passwd
autostart=false
startretries=0
[program:dies]
command=/bin/false
autostart=false
startretries=0
[program:nolog]
command=/bin/cat
autostart=false
startretries=0
stdout_logfile=DIR/gone/nolog.log
[program:long]
command=/bin/cat
process_name=a_name_that_is_longer_than_the_usual_column_of_thirty
startsecs=0
[group:pair]
programs=left,right
[program:left]
command=/bin/cat
startsecs=0
[program:right]
command=/bin/cat
startsecs=0
autostart=false
[group:mixed]
programs=mute,sound
[program:mute]
command=/bin/false
autostart=false
startretries=0
[program:sound]
command=/bin/cat
autostart=false
startsecs=0
`

const does =
  (...lines: ReadonlyArray<string>) =>
  async (lab: Lab): Promise<void> => {
    for (const text of lines) await lab.run("ours", text.split(" "))
  }

/** Two clients at once would get in each other's way, or meet another state of the server. */
const changing = /^(start|stop|restart|signal|clear|reread|update|add|remove|maintail|fg)\b/

const asked: ReadonlyArray<Case> = [
  "status",
  "status all",
  "status cat",
  "status cat manual",
  "status cat nosuch",
  "status nosuch",
  "status pair:*",
  "status pair:",
  "status pair:left",
  "status pair",
  "status nogroup:*",
  "status manual cat all",
  "status cat cat",
  "status left",
  "pid",
  "pid cat",
  "pid manual",
  "pid all",
  "pid nosuch",
  "pid cat nosuch manual",
  "pid pair:left",
  "version",
  "version now",
  "avail",
  "avail x",
  "reread x",
  "reload x",
  "shutdown x",
  "help",
  "help help",
  "help nosuch",
  "help add remove",
  "?",
  "?stop",
  "!sh",
  "nosuch",
  "status-all",
  "-",
  "*",
  "EOF",
  "quit",
  "exit",
  "quit now",
  "open",
  "open ftp://somewhere",
  "open unix://DIR/s.sock",
  "open unix://DIR/none.sock",
  "open unix:/x",
  "open HTTP://127.0.0.1:1",
  "add",
  "remove",
  "add nosuch",
  "add cat",
  "remove nosuch",
  "remove cat",
  "remove cat nosuch",
  "reread",
  "update",
  "update nosuch",
  "update cat nosuch",
  "update all nosuch",
  "start",
  "stop",
  "restart",
  "signal",
  "signal HUP",
  "clear",
  "start cat",
  "start nosuch",
  "start nogroup:*",
  "start absent",
  "start text",
  "start nolog",
  "start cat:*",
  "start pair:nosuch",
  "start left",
  "start cat nosuch nogroup:*",
  "start absent cat",
  "stop nosuch",
  "stop nogroup:*",
  "stop manual",
  "restart nosuch",
  "restart nogroup:*",
  "signal NOSUCH cat",
  "signal NOSUCH manual",
  "signal HUP manual",
  "signal HUP nosuch",
  "signal HUP nogroup:*",
  "signal CONT cat",
  "signal CONT pair:*",
  "signal 18 cat manual",
  "signal CONT all",
  "signal NOSUCH all",
  "signal NOSUCH pair:*",
  "clear nosuch",
  "clear pair:*",
  "clear cat",
  "clear cat nosuch",
  "clear pair:left",
  "clear all",
  "tail",
  "tail a b c d",
  "tail -f",
  "tail -5",
  "tail talker nosuch",
  "tail talker STDERR",
  "tail talker stderr",
  "tail talker other stdout",
  "tail -5 talker",
  "tail -0 talker",
  "tail -x talker",
  "tail -1_0 talker",
  "tail --3 talker",
  "tail -99999999999 talker",
  "tail - talker",
  "tail silent",
  "tail nosuch",
  "tail pair:left",
  "tail pair:*",
  "tail -f nosuch",
  "tail -f silent",
  "tail -f talker it's",
  "maintail a b",
  "maintail x",
  "maintail -x",
  "maintail -40",
  "fg",
  "fg cat manual",
  "fg nosuch",
  "fg manual",
  "fg pair:*"
].map((text) => line(text, { alone: changing.test(text) }))

const helped = ["add", "avail", "clear", "exit", "fg", "maintail", "open", "pid", "quit", "reload"]
  .concat(["remove", "reread", "restart", "shutdown", "signal", "start", "status", "stop", "tail"])
  .concat(["update", "version", "EOF", "help", "nosuch", ""])

const typed: ReadonlyArray<Case> = [
  { name: "a session with every help", args: [], input: helped.map((a) => `help ${a}\n`).join("") },
  { name: "an empty session", args: [], input: "" },
  { name: "a session with empty lines", args: [], input: "\n  \n\t\npid\n\n" },
  { name: "a last line without an end", args: [], input: "version" },
  { name: "lines that end as on Windows", args: [], input: "version\r\npid\r\n" },
  { name: "a session that quits early", args: [], input: "version\nquit\npid\n" },
  { name: "failures in a session", args: [], input: "nosuch\npid nosuch\n!x\nstatus nosuch\n" },
  { name: "a shutdown that is declined", args: [], input: "shutdown\nn\npid\n" },
  { name: "a shutdown without an answer", args: [], input: "shutdown\n" },
  { name: "a reload that is declined", args: [], input: "reload\n\npid\n" },
  { name: "arguments to a shutdown in a session", args: [], input: "shutdown now\n" },
  { name: "open in a session", args: [], input: "open unix://none\nopen x\npid\n" },
  { name: "-i with an action", args: ["-i", "pid"], input: "version\n" },
  { name: "-i with a shutdown", args: ["-i", "shutdown"], input: "no\n" },
  { name: "words as one argument", args: ["status cat manual"] }
]

const changed: ReadonlyArray<Case> = [
  line("start manual", { before: does("stop manual") }),
  // What the other client started may still be about to be given up.
  line("start dies", { before: does("stop dies") }),
  line("start manual cat", { before: does("stop manual") }),
  line("start pair:*", { before: does("stop pair:right") }),
  line("start pair:right", { before: does("stop pair:right") }),
  line("start pair:", { before: does("stop pair:*") }),
  line("start mixed:*", { before: does("stop mixed:*") }),
  line("stop cat", { before: does("start cat") }),
  line("stop pair:*", { before: does("start pair:*") }),
  line("stop cat manual nosuch", { before: does("start cat manual") }),
  line("restart cat", { before: does("start cat") }),
  line("restart manual", { before: does("stop manual") }),
  line("restart pair:*", { before: does("start pair:*") }),
  line("restart cat nosuch", { before: does("start cat") }),
  line("restart pair:left cat", { before: does("start cat pair:left") }),
  line("stop all", { anyOrder: true, before: does("stop all", "start cat manual pair:*") }),
  line("start all", { anyOrder: true, before: does("stop all") }),
  line("restart all", { anyOrder: true, before: does("stop all", "start cat talker") }),
  line("signal KILL cat", {
    before: async (lab) => {
      await does("start cat")(lab)
      await until("cat runs", async () => (await lab.run("ours", ["status", "cat"])).code === 0)
    }
  }),
  line("signal HUP pair:left manual nosuch", { before: does("start pair:left", "stop manual") }),
  line("status cat manual", { before: does("stop cat manual") }),
  line("tail -f talker", { interruptAt: "<&>\n", before: does("clear talker", "restart talker") }),
  line("maintail -f", {
    interruptAt: "INFO",
    shown: (stdout) => stdout.slice(0, stdout.indexOf("\n") + 1)
  })
]

playCases(
  "an action on a server prints and returns what supervisorctl does",
  config,
  [...asked, ...typed, ...changed],
  async (lab) => {
    rmSync(`${lab.directory}/gone`, { recursive: true })
    await until("all that starts has started", async () => {
      const { stdout } = await lab.run("ours", ["status"])
      return !/STARTING|BACKOFF/.test(stdout)
    })
  }
)
