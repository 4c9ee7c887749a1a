/** The sections and keys that supervisord knows (supervisord.md 1.8 to 1.14). What it does not know, it ignores. */

const streamKeys = (stream: string): ReadonlyArray<string> =>
  [
    "logfile",
    "logfile_maxbytes",
    "logfile_backups",
    "capture_maxbytes",
    "events_enabled",
    "syslog"
  ].map((key) => `${stream}_${key}`)

const program = [
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
  ...streamKeys("stdout"),
  ...streamKeys("stderr"),
  "environment",
  "directory",
  "umask",
  "serverurl"
]

const server = ["chmod", "chown", "username", "password"]
const listener = ["events", "buffer_size", "result_handler"]
const fastCgi = ["socket", "socket_owner", "socket_mode", "socket_backlog"]

/** Null: every key counts, since plugins define their own. */
const byKind: ReadonlyMap<string, ReadonlySet<string> | null> = new Map([
  ["program:", new Set(program)],
  ["group:", new Set(["programs", "priority"])],
  ["eventlistener:", new Set([...program, ...listener])],
  ["fcgi-program:", new Set([...program, ...fastCgi])],
  ["rpcinterface:", null],
  ["ctlplugin:", null]
])

export const supervisordKeys: ReadonlyArray<string> = [
  "logfile",
  "logfile_maxbytes",
  "logfile_backups",
  "loglevel",
  "pidfile",
  "nodaemon",
  "silent",
  "minfds",
  "minprocs",
  "nocleanup",
  "strip_ansi",
  "umask",
  "directory",
  "user",
  "identifier",
  "childlogdir",
  "environment"
]

const byName: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ["supervisord", new Set(supervisordKeys)],
  ["supervisorctl", new Set(["serverurl", "username", "password", "prompt", "history_file"])],
  ["include", new Set(["files"])]
])

const servers: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ["unix_http_server", new Set(["file", ...server])],
  ["inet_http_server", new Set(["port", ...server])]
])

/** The keys of a section; null: all keys count; undefined: supervisord ignores a section of that name. */
export const keysOf = (section: string): ReadonlySet<string> | null | undefined => {
  const named = byName.get(section)
  if (named !== undefined) return named
  for (const [start, keys] of servers) if (section.startsWith(start)) return keys
  for (const [start, keys] of byKind) if (section.startsWith(start)) return keys
  return undefined
}

/** What `[DEFAULT]` may hold to have an effect. */
export const isKnownAnywhere = (key: string): boolean =>
  [...byName.values(), ...servers.values(), ...byKind.values()].some((keys) => keys?.has(key))
