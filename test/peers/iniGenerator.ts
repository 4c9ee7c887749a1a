/** Random supervisord configurations: most are right, many are not, and half are made nasty line by line. */
import { many, oneOf, type Random } from "./python.ts"

export interface Configuration {
  readonly files: Readonly<Record<string, string>>
  readonly args: ReadonlyArray<string>
}

type Choices = Readonly<Record<string, ReadonlyArray<string>>>

/** Of each key, values that are right, wrong, and odd; the first two are good. */
const program: Choices = {
  command: [
    "/bin/cat",
    "/bin/x %(process_num)d %(numprocs)d",
    "%(here)s/y %%",
    "",
    "/bin/date +%Y",
    "%(ENV_X)s ;c",
    "'a b' \"c",
    "/bin/é %(host_node_name)s 😀"
  ],
  process_name: [
    "%(program_name)s_%(process_num)02d",
    "p%(process_num)d",
    "a/b",
    "%(ENV_X)s",
    "%(group_name)s",
    "x:y",
    "w%(process_num)",
    "ü%(process_num)x"
  ],
  numprocs: ["1", "2", "3", "0", "-1", "x", "12"],
  numprocs_start: ["0", "9", "-1", "1_0"],
  priority: ["999", "1", "-5", "+7", "abc", "%(program_name)s", "%(here)s"],
  autostart: ["true", "OFF", "maybe", "1", " yes "],
  autorestart: ["unexpected", "true", "No", "Sometimes"],
  startsecs: ["0", "10", "1.5", "1_000", " 3 ", "-1", "%(process_num)d"],
  startretries: ["3", "0", "x"],
  exitcodes: ["0", "0, 2", "", "256", "1,", "-1"],
  stopsignal: ["TERM", "sigusr1", "15", "0", "FOO", "999", "RTMIN", "35", "CLD"],
  stopwaitsecs: ["10", "0"],
  stopasgroup: ["false", "no", "true"],
  killasgroup: ["true", "false"],
  user: ["root", "0", "nobody", "nosuch", "99999", ""],
  redirect_stderr: ["true", "false", "x"],
  stdout_logfile: [
    "AUTO",
    "NONE",
    "off",
    "syslog",
    "/tmp/x.log",
    "/nope/x.log",
    "~/x.log",
    "/tmp/%%d",
    "~nosuch/x",
    "/tmp/%(process_num)d%%%%"
  ],
  stdout_logfile_maxbytes: ["1MB", "1 kb", "0", "1K", "1.5MB", "-1", "1é"],
  stdout_logfile_backups: ["0", "5", "%(process_num)d"],
  stdout_syslog: ["true", "false"],
  stdout_capture_maxbytes: ["1MB", "0", "x", "-5"],
  stdout_events_enabled: ["true", "false", "maybe"],
  stderr_capture_maxbytes: ["1KB", "0", "1k"],
  stderr_events_enabled: ["on", "false", "2"],
  stderr_logfile: ["/tmp/e.log", "NONE", "/nope/e.log", "syslog"],
  stderr_logfile_maxbytes: ["0", "2MB", "%"],
  serverurl: ["AUTO", "http://x:1", "", " auto ", "unix://%(here)s/s"],
  environment: [
    "A=\"1,2\",B='x y'",
    "A=b c",
    "A=,B=2",
    'A="50%%"',
    "A=%(ENV_PCT)s",
    'A="x',
    'A="%(process_num)d"',
    "A=%(nope)s",
    "A=a@b",
    'A="é ü",B=😀',
    'A="x ;y"',
    'A="x\n  y"'
  ],
  directory: ["/tmp", "/nope/%(process_num)d", "%(ENV_A)s"],
  umask: ["022", "22", "0o22", "999", "77_7"],
  frobnicate: ["%(nope)s"]
}

const listener: Choices = {
  ...program,
  events: ["TICK_5", "process_state, TICK", "EVENT", "FOO", "", "TICK_5,TICK_5", "a,"],
  buffer_size: ["10", "1", "0", "x", "-3", "%(here)s"],
  result_handler: [
    "supervisor.dispatchers:default_handler",
    "supervisor.dispatchers:default_handler",
    "nosuch.module:x"
  ],
  priority: ["5", "-1", "x", "999"],
  redirect_stderr: ["false", "no", "true", "x"]
}

const fastCgi: Choices = {
  ...program,
  socket: [
    "unix:///tmp/%(program_name)s.sock",
    "tcp://localhost:9000",
    "tcp://LOCALHOST:99999",
    "tcp://x:0",
    "unix://x",
    "foo",
    "",
    "unix:///tmp/../tmp//./y",
    "tcp://x:%(process_num)d",
    "%(here)s"
  ],
  socket_owner: ["nobody", "root:root", "nobody:nogroup", "nosuch", "root:nosuch", "0:0", ":"],
  socket_mode: ["0700", "0777", "9", "0o660"],
  socket_backlog: ["5", "100", "0", "70000", "x"]
}

const daemon: Choices = {
  logfile: ["/tmp/s.log", "s.log", "/nope/s.log", "~/s.log", "syslog", "NONE", "", "/tmp/../tmp/x"],
  logfile_maxbytes: ["1MB", "0", "1K", "-1"],
  logfile_backups: ["3", "0", "x"],
  loglevel: ["info", "DEBUG", "warning", "WARN", "blather", "", "Trace"],
  pidfile: ["/tmp/s.pid", "%(here)s/s.pid", "/nope/s.pid"],
  nodaemon: ["true", "false", "2"],
  silent: ["true", "0", "x"],
  minfds: ["1024", "10", "x", "1_0"],
  minprocs: ["200", "1", " 7 ", "1.0"],
  nocleanup: ["true", "false", ""],
  strip_ansi: ["true", "false", "é"],
  umask: ["022", "077", "999", "0o7"],
  directory: ["/tmp", "%(here)s", "/nope", "", "~"],
  user: ["root", "nobody", "nosuch", "0", "99999", ""],
  identifier: ["supervisor", "a b", "é %(ENV_X)s", "%(program_name)s"],
  childlogdir: ["/tmp", "/root", "/nope", "."],
  environment: [
    'FOO="bar",A="g"',
    "A=%(here)s",
    "A=",
    'B="%%x"',
    'B="%%%%x"',
    "A=%(host_node_name)s",
    "A=%%(host_node_name)s",
    "%(here)s"
  ],
  frobnicate: ["%"]
}

const unix: Choices = {
  file: ["/tmp/s.sock", "%(here)s/s.sock", "~/s.sock", "s.sock", "", "%(nope)s", "/a/../b//c/."],
  chmod: ["0700", "0777", "9", "777"],
  chown: ["nobody", "nobody:nogroup", "nosuch", "root:nosuch", "0:0"],
  username: ["u", "%(ENV_X)s", ""],
  password: ["p", "{SHA}x", "%%", "%"]
}

const inet: Choices = {
  port: [
    "9001",
    "127.0.0.1:9001",
    "*:9001",
    "0",
    "x:",
    "HOST:1",
    "a:b",
    "[::1]:9001",
    "99999",
    ":5"
  ],
  username: unix.username ?? [],
  password: unix.password ?? [],
  here: ["%(here)s"]
}

const value = (next: Random, choices: Choices, key: string): string => {
  const all = choices[key] ?? []
  return oneOf(next, next(16) === 0 ? all : all.slice(0, 2))
}

/** The first key mostly wants the second. */
const pairs = [
  ["numprocs", "process_name"],
  ["username", "password"],
  ["password", "username"],
  ["killasgroup", "stopasgroup"]
] as const

/** `likely`: one key of so many is there; `wanted` are there nearly always. */
const section = (
  next: Random,
  name: string,
  choices: Choices,
  likely: number,
  wanted: ReadonlyArray<string> = []
): string => {
  const keys = Object.keys(choices).filter((key) =>
    wanted.includes(key) ? next(40) > 0 : next(likely) === 0
  )
  for (const [one, other] of pairs) {
    if (keys.includes(one) && !keys.includes(other) && next(8) > 0) keys.push(other)
  }
  return [`[${name}]`, ...keys.map((key) => `${key}=${value(next, choices, key)}`), ""].join("\n")
}

const rpcInterface = (next: Random): string =>
  oneOf(next, [
    "",
    "[rpcinterface:supervisor]\nsupervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface\n",
    "[rpcinterface:supervisor]\nsupervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface\n",
    ...(next(12) === 0
      ? [
          "[rpcinterface:supervisor]\n",
          "[rpcinterface:supervisor]\nsupervisor.rpcinterface_factory = nosuch.module:make\n",
          "[rpcinterface:supervisor]\nx=y\nsupervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface\n",
          "[rpcinterface:x]\nsupervisor.rpcinterface_factory = %(nope)s\n"
        ]
      : [])
  ])

const sections = (next: Random): ReadonlyArray<string> => {
  const names = ["z", "m", "b", "a b", "é"].filter((name) => name !== "a b" || next(30) === 0)
  const sometimes = (chance: number, make: () => string) => (next(chance) === 0 ? make() : "")
  const group = () =>
    [
      `[group:${oneOf(next, ["g", "zz", next(9) === 0 ? "g:h" : "h"])}]`,
      `programs=${oneOf(next, ["z", "z,b", "b, m", next(5) === 0 ? "z," : "m", "f", next(5) === 0 ? "nope" : "z, f", ""])}`,
      oneOf(next, ["", "priority=5\n", next(8) === 0 ? "priority=x\n" : ""])
    ].join("\n")
  return [
    sometimes(20, () => "[DEFAULT]\nstartsecs=7\nuser=nobody\n"),
    sometimes(60, () => "") || (next(60) > 0 ? section(next, "supervisord", daemon, 9) : ""),
    sometimes(3, () =>
      section(next, oneOf(next, ["inet_http_server", "inet_http_server:x"]), inet, 8, ["port"])
    ),
    sometimes(2, () =>
      section(next, oneOf(next, ["unix_http_server", "unix_http_server:é"]), unix, 5, ["file"])
    ),
    sometimes(2, () => rpcInterface(next)),
    sometimes(6, () => "[supervisorctl]\nserverurl=%(nope)s\n"),
    sometimes(3, group),
    ...names
      .slice(0, 1 + next(4))
      .map((name) => section(next, `program:${name}`, program, 14, ["command"])),
    sometimes(4, () => section(next, "eventlistener:l", listener, 14, ["command", "events"])),
    sometimes(4, () => section(next, "fcgi-program:f", fastCgi, 12, ["command", "socket"])),
    sometimes(40, () => section(next, "fcgi-program:z", fastCgi, 12, ["command", "socket"]))
  ]
}

/** Changes to one line that a person or a tool may make, for better or worse. */
const nasty: ReadonlyArray<(next: Random, line: string) => string> = [
  (next, line) => `${line}${oneOf(next, [" ;c", "\t#c", ";c", "#c", " ; 'x", "  # %"])}`,
  (next, line) => `${oneOf(next, ["; c", "#=x", "  ;c", "\t# [program:q]", "rem x", ""])}\n${line}`,
  (_next, line) => `  ${line}`,
  (_next, line) => `${line}\n${line}`,
  (next, line) =>
    `${line}\n${oneOf(next, ["  more", "\tand = more", "  ;c\n  x", "\n  y", "  %(here)s"])}`,
  (_next, line) => line.replace("=", " : "),
  (_next, line) => line.replace("=", " = "),
  (next, line) =>
    `${line}${oneOf(next, ["%", "%%", "%(here)s", "%(ENV_X)s", "%(nope)s", "%(here)"])}`,
  (_next, line) => line.replace(/=(.*)$/, '="$1"'),
  (next, line) =>
    `${line}${oneOf(next, ["'", '"', "\\", "é", "😀", "\u00a0", "\u2028", " \u0085x"])}`,
  (_next, line) => line.replace(/^[^=[]*/, (key) => key.toUpperCase()),
  (_next, line) => `${line}\r`,
  (next, line) => line.replace(/[=\]]/, () => oneOf(next, ["", "==", "]x", "] ;x"])),
  (_next, line) => line.replace(/=.*/, "=")
]

const madeNasty = (next: Random, text: string): string =>
  text
    .split("\n")
    .map((line) => (line !== "" && next(22) === 0 ? oneOf(next, nasty)(next, line) : line))
    .join("\n")

const flags: ReadonlyArray<ReadonlyArray<string>> = [
  ["-n"],
  ["--nod"],
  ["-e", "debug"],
  ["-e", "loud"],
  ["-l", "/tmp/cli.log"],
  ["-l", "/nope/x"],
  ["-l", ""],
  ["-u", "nobody"],
  ["-u", "nosuch"],
  ["-m", "077"],
  ["-m9"],
  ["-d", "/tmp"],
  ["-d", ""],
  ["--logfile_maxbytes=1MB"],
  ["--logfile", "x"],
  ["--log=x"],
  ["-z", "x"],
  ["-z3"],
  ["-i", "é"],
  ["-q", "/nope"],
  ["-kt"],
  ["-s", "-s"],
  ["-a", "5"],
  ["-a", "5", "--minfds", "6"],
  ["--minprocs=4"],
  ["--minprocs"],
  ["--silent=1"],
  ["-Q"],
  ["--frob"],
  ["zip", "it's"],
  ["--", "zip"],
  ["-j", "~/p.pid"]
]

const patterns: ReadonlyArray<string> = [
  "x/*.ini",
  "/site/x.ini",
  "nope/*.x x/a.ini",
  "%(here)s/x/?.ini",
  "x/*.ini x/a.ini",
  "./x/b.ini",
  "../conf/./x/*.ini",
  "%(nope)s"
]

export const configuration = (next: Random): Configuration => {
  const parts = sections(next)
  const split = next(5) === 0 ? 1 + next(parts.length - 1) : parts.length
  const messy = next(2) === 0
  const text = (all: ReadonlyArray<string>) =>
    messy ? madeNasty(next, all.join("")) : all.join("")
  const included = text(parts.slice(split))
  const files =
    split === parts.length
      ? next(40) === 0
        ? "[include]\n"
        : ""
      : `[include]\nfiles = ${oneOf(next, patterns)}\n`
  const file = next(20) === 0 ? "../conf/s.ini" : "/conf/s.ini"
  const given = next(6) === 0 ? [oneOf(next, flags), oneOf(next, flags)].slice(next(2)).flat() : []
  const main = next(50) === 0 ? many(next, 3, () => oneOf(next, ["x", "\n", "=", "[", " "])) : ""
  return {
    files: {
      "/conf/s.ini": main + text(parts.slice(0, split)) + files,
      "/conf/x/a.ini": included,
      "/conf/x/b.ini": next(3) === 0 ? "[program:m]\nstartsecs=4\ndirectory=%(here)s\n" : "",
      "/site/x.ini": included
    },
    args: [...given, "-c", next(200) === 0 ? "/nope.ini" : file]
  }
}
