/** Configurations and flags that are refused: supervisord.md 1, 7.1 and the rows of section 12 about them. */
import type { Scenario, Stage } from "../compare/Stage.ts"

const supervisord = "[supervisord]\nlogfile=DIR/e.log\npidfile=DIR/e.pid\nuser=root\n"
const a = "[program:a]\ncommand=/bin/cat\n"

/** The text stands for the whole file. */
const refused = (name: string, text: string): Scenario => ({
  name,
  play: async (side) => {
    side.write("e.conf", text)
    await side.runs(["-n", "-c", `${side.directory}/e.conf`])
  }
})

const program = (name: string, lines: string): Scenario =>
  refused(name, `${supervisord}${a}${lines}\n`)

const whole = (name: string, sections: string): Scenario =>
  refused(name, `${supervisord}${sections}\n`)

const flags = (name: string, words: ReadonlyArray<string>): Scenario => ({
  name,
  play: async (side) => {
    side.write("e.conf", `${supervisord}${a}`)
    await side.runs(words.map((word) => word.replaceAll("DIR", side.directory)))
  }
})

const rows: ReadonlyArray<Scenario> = [
  program("row 13: a key without a delimiter", "command"),
  whole("row 14: no command", "[program:a]\nautostart=true"),
  refused("row 15: no supervisord section", a),
  whole("row 16: a bad format character", "[program:a]\ncommand=/bin/date +%Y"),
  program("row 20: numprocs without process_num", "numprocs=2"),
  program("row 24: an incomplete format", "process_name=w%(process_num)\nnumprocs=2"),
  whole("row 27: a blank in a name", "[program:a b]\ncommand=/bin/cat"),
  program("row 28: a slash in a process name", "process_name=a/b"),
  program("row 29: autostart=maybe", "autostart=maybe"),
  program("row 31: autorestart=sometimes", "autorestart=sometimes"),
  program("row 32: startsecs=1.5", "startsecs=1.5"),
  program("row 34: exit code 256", "exitcodes=256"),
  program("row 36: stopsignal=FOO", "stopsignal=FOO"),
  program("row 36: stopsignal=999", "stopsignal=999"),
  program("row 37: a size of 1K", "stdout_logfile_maxbytes=1K"),
  program("row 38: umask=999", "umask=999"),
  program("row 39: no such user", "user=nosuch"),
  program("row 39: no such uid", "user=99999"),
  program("row 40: a log in no directory", "stdout_logfile=/nope/x.log"),
  program("row 43: stopasgroup without killasgroup", "stopasgroup=true\nkillasgroup=false"),
  program("row 48: an empty variable", "environment=A=,B=2"),
  program("row 49: a comment cuts a quote", 'environment=A="x ;y"'),
  refused(
    "row 51: a doubled percent in the global environment",
    `${supervisord}environment=A="%%x"\n${a}`
  ),
  program("row 54: process_num in startsecs", "startsecs=%(process_num)d"),
  whole("row 55: a listener without events", "[eventlistener:l]\ncommand=/bin/cat"),
  whole("row 56: an unknown event", "[eventlistener:l]\ncommand=/bin/cat\nevents=FOO"),
  whole(
    "row 56: an empty buffer",
    "[eventlistener:l]\ncommand=/bin/cat\nevents=TICK_5\nbuffer_size=0"
  ),
  whole("row 57: an unknown program", "[group:g]\nprograms=zip"),
  whole("row 58: a trailing comma", `${a}[group:g]\nprograms=a,`),
  whole(
    "row 60: a port above the bound",
    "[fcgi-program:f]\ncommand=/bin/cat\nsocket=tcp://localhost:99999"
  ),
  whole("row 61: port 0", "[inet_http_server]\nport=0"),
  whole("row 63: a user without a password", "[inet_http_server]\nport=127.0.0.1:1\nusername=u"),
  refused("row 65: loglevel=warning", `${supervisord}loglevel=warning\n`)
]

const more: ReadonlyArray<Scenario> = [
  whole(
    "a listener with redirect_stderr",
    "[eventlistener:l]\ncommand=/bin/cat\nevents=TICK\nredirect_stderr=true"
  ),
  whole(
    "a listener's unknown handler",
    "[eventlistener:l]\ncommand=/bin/cat\nevents=TICK\nresult_handler=nosuch:thing"
  ),
  whole("a FastCGI program without a socket", "[fcgi-program:f]\ncommand=/bin/cat"),
  whole("a FastCGI socket of no kind", "[fcgi-program:f]\ncommand=/bin/cat\nsocket=nonsense"),
  whole(
    "a FastCGI socket with a relative path",
    "[fcgi-program:f]\ncommand=/bin/cat\nsocket=unix://x.sock"
  ),
  whole(
    "a FastCGI socket of nobody's",
    "[fcgi-program:f]\ncommand=/bin/cat\nsocket=unix:///tmp/x.sock\nsocket_owner=nosuch"
  ),
  whole(
    "a FastCGI mode",
    "[fcgi-program:f]\ncommand=/bin/cat\nsocket=unix:///tmp/x.sock\nsocket_mode=999"
  ),
  whole(
    "a mode for a TCP socket",
    "[fcgi-program:f]\ncommand=/bin/cat\nsocket=tcp://localhost:1\nsocket_mode=700"
  ),
  whole(
    "a FastCGI backlog",
    "[fcgi-program:f]\ncommand=/bin/cat\nsocket=tcp://localhost:1\nsocket_backlog=x"
  ),
  whole("a unix server without a file", "[unix_http_server]\nchmod=0700"),
  whole("a unix server's mode", "[unix_http_server]\nfile=DIR/x.sock\nchmod=abc"),
  whole("a unix server's owner", "[unix_http_server]\nfile=DIR/x.sock\nchown=nosuch:nosuch"),
  whole("an inet server without a port", "[inet_http_server]\nusername=a"),
  whole("a port above the bound", "[inet_http_server]\nport=127.0.0.1:65536"),
  whole("a port that is no number", "[inet_http_server]\nport=localhost:http"),
  whole(
    "an ambiguous program",
    `${a}[fcgi-program:a]\ncommand=/bin/cat\nsocket=tcp://localhost:1\n[group:g]\nprograms=a`
  ),
  refused("an include without files", `${supervisord}[include]\n`),
  refused("text before the first header", `x=1\n${supervisord}`),
  refused(
    "a user of the daemon that is not there",
    supervisord.replace("user=root", "user=nosuch")
  ),
  refused("a directory of the daemon that is not there", `${supervisord}directory=/nope\n`),
  refused("a childlogdir that is not there", `${supervisord}childlogdir=/nope\n`),
  refused("a logfile in no directory", supervisord.replace("DIR/e.log", "/nope/e.log")),
  refused("minfds that is no number", `${supervisord}minfds=many\n`),
  refused("umask that is not octal", `${supervisord}umask=8\n`),
  refused("nodaemon that is no boolean", `${supervisord}nodaemon=perhaps\n`),
  whole("an rpcinterface without a factory", "[rpcinterface:x]\na=1"),
  whole("an unknown name in an expansion", "[program:a]\ncommand=/bin/cat %(nope)s"),
  program("a negative priority word", "priority=high"),
  program("stopwaitsecs that is no number", "stopwaitsecs=soon")
]

const commandLine: ReadonlyArray<Scenario> = [
  flags("an unknown option", ["-Q"]),
  flags("an unknown long option", ["--frobnicate"]),
  flags("an option without its value", ["-c"]),
  flags("a word too many", ["-n", "zip"]),
  flags("an option twice", ["-n", "-u", "root", "-u", "root"]),
  flags("a bad level", ["-n", "-c", "DIR/e.conf", "-e", "loud"]),
  flags("a bad size", ["-n", "-c", "DIR/e.conf", "-y", "1K"]),
  flags("a bad number", ["-n", "-c", "DIR/e.conf", "-z", "x"]),
  flags("a bad mask", ["-n", "-c", "DIR/e.conf", "-m", "999"]),
  flags("a bad directory", ["-n", "-c", "DIR/e.conf", "-d", "/nope"]),
  flags("no such file", ["-n", "-c", "DIR/nothing.conf"]),
  {
    name: "the version goes to standard output",
    play: async (side) => {
      await side.runs(["--ver"], [])
    }
  }
]

export const configErrors: ReadonlyArray<Stage> = [
  { name: "refused configurations", files: {}, started: false, scenarios: [...rows, ...more] },
  { name: "refused flags", files: {}, started: false, scenarios: commandLine }
]
