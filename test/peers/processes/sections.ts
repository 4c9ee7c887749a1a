/** Program sections that use every key of supervisord.md 1.11 and every step of 2.5. */

export interface Section {
  /** Also the group's name. */
  readonly name: string
  readonly lines: ReadonlyArray<string>
  /** Names of the processes that must write down what they were given. */
  readonly processes: ReadonlyArray<string>
}

/** Places that the sections name; the same paths for both supervisors. */
export interface Places {
  readonly out: string
  readonly bin: string
  readonly logs: string
  readonly work: string
}

export const sections = (at: Places): ReadonlyArray<Section> => {
  const probe = `${at.bin}/probe ${at.out}`
  const one = (name: string, ...lines: ReadonlyArray<string>): Section => ({
    name,
    lines: lines.some((line) => line.startsWith("command"))
      ? lines
      : [`command=${probe}`, ...lines],
    processes: [name]
  })
  const silent = (name: string, ...lines: ReadonlyArray<string>): Section => ({
    ...one(name, ...lines),
    processes: []
  })
  const several = (
    name: string,
    processes: ReadonlyArray<string>,
    ...lines: ReadonlyArray<string>
  ) => ({
    ...one(name, ...lines),
    processes
  })
  return [
    ...commands(at, probe, one),
    ...environments(at, one),
    ...identities(one),
    ...policies(one, silent),
    ...several3(several),
    ...outputs(at, one)
  ]
}

type One = (name: string, ...lines: ReadonlyArray<string>) => Section

const commands = (at: Places, probe: string, one: One): ReadonlyArray<Section> => [
  one("plain"),
  one("arguments", `command=${probe} one two`),
  one("doublequotes", `command=${probe} "one two" three`),
  one("singlequotes", `command=${probe} 'one "two"' three`),
  one("backslash", `command=${probe} one\\ two \\"three`),
  one("emptyword", `command=${probe} "" last`),
  one("joined", `command=${probe} a"b c"d'e f'`),
  one("comment", `command=${probe} kept ;cut away`),
  one("hashcomment", `command=${probe} kept #cut away`),
  one("nocomment", `command=${probe} a;b c#d`),
  one("continued", `command=${probe}`, "  second", "  third ; comment", "", "  fourth"),
  one("colon", `command: ${probe} x=y`),
  one("uppercase", `COMMAND = ${probe} upper`),
  one("percent", `command=${probe} 100%% %%d`),
  one("expanded", `command=${probe} %(program_name)s %(group_name)s %(process_num)d %(numprocs)d`),
  one("here", `command=${probe} %(here)s %(host_node_name)s`),
  one("fromstart", `command=${probe} %(ENV_START_VALUE)s`),
  one("fromglobal", `command=${probe} %(ENV_GLOBAL)s`),
  one("fromown", `command=${probe} %(ENV_OWN)s`, 'environment=OWN="mine"'),
  one("nodollar", `command=${probe} $HOME ~ *`),
  one("unicode", `command=${probe} grüße €`),
  one("searched", `command=probe ${at.out}`, `environment=PATH="${at.bin}:/usr/bin:/bin"`),
  one("searchedstart", `command=env ${at.bin}/probe ${at.out}`),
  one("shell", `command=/bin/sh -c "exec ${at.bin}/probe ${at.out} \\"$START_VALUE\\""`)
]

const environments = (at: Places, one: One): ReadonlyArray<Section> => [
  one("environment", "environment=A=\"1,2\",B='x y',C=plain"),
  one("emptyvalue", 'environment=EMPTY=""'),
  one("eaten", "environment=A=b c"),
  one("url", "environment=A=http://x:80/y?z=1"),
  one("dollar", "environment=A=$HOME"),
  one("quotedpercent", 'environment=A="50%%"'),
  one("backslashquote", 'environment=A="a\\"b"'),
  one("overridesstart", 'environment=START_VALUE="other",HOME="/nowhere"'),
  one("overridesglobal", 'environment=GLOBAL="own"'),
  one("overridessupervisor", 'environment=SUPERVISOR_ENABLED="2"'),
  one("newline", 'environment=A="line1', '  line2"'),
  one("notidentifier", 'environment=a.b="dots",c-d="dash"'),
  one("serverurl", "serverurl=http://example.invalid:1"),
  one("serverurlauto", "serverurl=AUTO"),
  one("directory", `directory=${at.work}`),
  one("relativedirectory", "directory=."),
  one("umask", "umask=027"),
  one("umaskzero", "umask=0"),
  one("umaskdirectory", "umask=077", `directory=${at.work}`, 'environment=X="y z"')
]

const identities = (one: One): ReadonlyArray<Section> => [
  one("nobody", "user=nobody"),
  one("nobodyuid", "user=65534"),
  one("daemonuser", "user=daemon"),
  one("manygroups", "user=reevepeer"),
  one("rootuser", "user=root"),
  one("userumask", "user=nobody", "umask=0007"),
  one("userdirectory", "user=nobody", "directory=/tmp"),
  one("userhome", "user=daemon", 'environment=HOME="/srv"')
]

const policies = (one: One, silent: One): ReadonlyArray<Section> => [
  one("priority", "priority=1"),
  one("negativepriority", "priority=-5"),
  silent("noautostart", "autostart=false"),
  one("autorestart", "autorestart=true"),
  one("autorestartfalse", "autorestart=FALSE"),
  one("startsecs", "startsecs=0"),
  one("startsecsunderscore", "startsecs=1_0"),
  one("startretries", "startretries=0"),
  one("exitcodes", "exitcodes=0, 2"),
  one("noexitcodes", "exitcodes="),
  one("stopsignal", "stopsignal=sigusr1"),
  one("stopsignalnumber", "stopsignal=15"),
  one("stopwaitsecs", "stopwaitsecs=2"),
  one("stopasgroup", "stopasgroup=true"),
  one("killasgroup", "killasgroup=true"),
  one("unknownkey", "frobnicate=%(nope)s"),
  silent("missing", "command=reeve-no-such-command"),
  silent("emptycommand", "command="),
  silent("nodirectory", "directory=/reeve/no/such"),
  silent("unbalanced", 'command=/bin/echo "open')
]

const several3 = (
  several: (
    name: string,
    processes: ReadonlyArray<string>,
    ...lines: ReadonlyArray<string>
  ) => Section
): ReadonlyArray<Section> => [
  several(
    "many",
    ["many_00", "many_01"],
    "numprocs=2",
    "process_name=%(program_name)s_%(process_num)02d"
  ),
  several(
    "shifted",
    ["w9", "w10"],
    "numprocs=2",
    "numprocs_start=9",
    "process_name=w%(process_num)d"
  ),
  several(
    "each",
    ["e0", "e1", "e2"],
    "numprocs=3",
    "process_name=e%(process_num)d",
    'environment=N="%(process_num)03d"'
  ),
  several("renamed", ["other"], "process_name=other")
]

const outputs = (at: Places, one: One): ReadonlyArray<Section> => [
  one("autolog"),
  one("logfile", `stdout_logfile=${at.logs}/logfile.out`, `stderr_logfile=${at.logs}/logfile.err`),
  one("perprocess", `stdout_logfile=${at.logs}/%(program_name)s-%(process_num)d.out`),
  one("redirected", "redirect_stderr=true", `stdout_logfile=${at.logs}/redirected.out`),
  one("nolog", "stdout_logfile=NONE", "stderr_logfile=off"),
  one("emptylog", "stdout_logfile=", `stderr_logfile=${at.logs}/emptylog.err`),
  one(
    "rotated",
    `stdout_logfile=${at.logs}/rotated.out`,
    "stdout_logfile_maxbytes=1KB",
    "stdout_logfile_backups=1"
  ),
  one(
    "stderrrotated",
    `stderr_logfile=${at.logs}/stderrrotated.err`,
    "stderr_logfile_maxbytes=1 MB",
    "stderr_logfile_backups=0"
  ),
  one("capture", "stdout_capture_maxbytes=1MB", "stderr_capture_maxbytes=1KB"),
  one("events", "stdout_events_enabled=false", "stderr_events_enabled=false"),
  one("syslog", "stdout_syslog=true", "stderr_syslog=true", `stdout_logfile=${at.logs}/syslog.out`)
]

/** Every key of supervisord.md 1.11. */
export const programKeys: ReadonlyArray<string> = [
  "command",
  "process_name",
  "numprocs",
  "numprocs_start",
  "priority",
  "autostart",
  "autorestart",
  "startsecs",
  "startretries",
  "exitcodes",
  "stopsignal",
  "stopwaitsecs",
  "stopasgroup",
  "killasgroup",
  "user",
  "redirect_stderr",
  "stdout_logfile",
  "stderr_logfile",
  "stdout_logfile_maxbytes",
  "stderr_logfile_maxbytes",
  "stdout_logfile_backups",
  "stderr_logfile_backups",
  "stdout_capture_maxbytes",
  "stderr_capture_maxbytes",
  "stdout_events_enabled",
  "stderr_events_enabled",
  "stdout_syslog",
  "stderr_syslog",
  "environment",
  "directory",
  "umask",
  "serverurl"
]
