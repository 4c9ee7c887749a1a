/**
 * The unit by which systemd runs `reeve up`, as text from facts. Each line is there for a reason that README.md tells ("As a
 * systemd service"). The programs are to outlive a crash of reeve, so systemd signals nobody but the keeper and never kills;
 * and what they need of one boot must outlive the service, so systemd makes, and removes, no directory.
 */

export interface UnitFacts {
  /** Of the service, without `.service`. */
  readonly name: string
  /** Of the whole system, or of one user's own service manager. */
  readonly scope: "system" | "user"
  /** `User=`; null: whoever the service manager is. */
  readonly user: string | null
  /** What comes before `up`: Node, its options, reeve's file. The first one is absolute. */
  readonly command: readonly [string, ...Array<string>]
  /** All absolute. */
  readonly entries: ReadonlyArray<string>
  readonly directory: string
  /** Only where they were named. */
  readonly stateDirectory: string | null
  readonly socket: string | null
}

/** The name of the variable is that of startOpenFiles.ts, which lies on a higher floor. */
export interface OpenFiles {
  readonly variable: string
  /** Soft limit of programs. */
  readonly programs: number
  /** What reeve itself may have, and a program that asks for more. */
  readonly most: number
}

/** The cgroup that reeve itself is in, below the one that is its: the kernel limits nothing beside what is in that one itself. */
export const supervisorCgroup = "reeve-supervisor"

export const systemdUnit = (facts: UnitFacts, openFiles: OpenFiles): string =>
  [
    '# Written by "reeve install --systemd". Why each line matters is in reeve\'s README ("As a systemd service").',
    '# For changes of your own: "systemctl edit"; a file that differs is not overwritten without --force.',
    "[Unit]",
    `Description=reeve, which runs ${verbatim(facts.entries.join(" "))}`,
    ...(facts.scope === "system"
      ? ["Wants=network-online.target", "After=network-online.target nss-user-lookup.target"]
      : []),
    "StartLimitIntervalSec=0",
    "",
    "[Service]",
    "Type=notify",
    "NotifyAccess=all",
    ...(facts.user === null ? [] : [`User=${facts.user}`]),
    `WorkingDirectory=${verbatim(facts.directory)}`,
    `Environment=${openFiles.variable}=${openFiles.programs}`,
    `ExecStart=${commandLine(facts)}`,
    `SyslogIdentifier=${facts.name}`,
    "ExecReload=/bin/kill -HUP $MAINPID",
    "KillMode=process",
    "SendSIGKILL=no",
    "TimeoutStartSec=infinity",
    "TimeoutStopSec=infinity",
    "WatchdogSec=60",
    "WatchdogSignal=SIGKILL",
    "Restart=always",
    "RestartPreventExitStatus=0",
    "RestartSec=1",
    "OOMPolicy=continue",
    "Delegate=yes",
    `DelegateSubgroup=${supervisorCgroup}`,
    "TasksMax=infinity",
    `LimitNOFILE=${openFiles.programs}:${openFiles.most}`,
    "",
    "[Install]",
    `WantedBy=${facts.scope === "system" ? "multi-user.target" : "default.target"}`,
    ""
  ].join("\n")

const commandLine = ({ command, entries, socket, stateDirectory }: UnitFacts): string => {
  const [executable, ...words] = command
  const places = [
    ...(stateDirectory === null ? [] : ["--state-dir", stateDirectory]),
    ...(socket === null ? [] : ["--socket", socket])
  ]
  // In the executable's own name systemd replaces no variables.
  return [
    quoted(executable),
    ...[...words, "up", ...entries, "--quiet", ...places].map((word) =>
      quoted(word.replaceAll("$", "$$$$"))
    )
  ].join(" ")
}

/** A word of a command line (systemd.service(5), "Command lines"). */
const quoted = (word: string): string => {
  const text = verbatim(word)
  return /^[\w@%+=:,./$-]+$/.test(text)
    ? text
    : `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`
}

/** A value that is no command line: only specifiers are replaced in it (systemd.unit(5), "Specifiers"). */
const verbatim = (text: string): string => text.replaceAll("%", "%%")

/** Why a path cannot stand in a unit; null: it can. */
export const unfitForUnit = (path: string): string | null => {
  if ([...path].some(isControl)) return "has a control character in its name"
  return /[\s\\]$/.test(path) ? "ends with a space or a backslash" : null
}

const isControl = (character: string): boolean => character < " " || character === "\u007f"

/** A service's name without `.service`, of no template; null: systemd would not take it. */
export const serviceName = (named: string): string | null => {
  const name = named.replace(/\.service$/, "")
  return /^[A-Za-z0-9_][A-Za-z0-9:_.-]{0,200}$/.test(name) ? name : null
}

/** The lines that only one of two units has: `- ` those of the present one, `+ ` those of the other. */
export const unitDifference = (present: string, wanted: string): ReadonlyArray<string> => [
  ...linesOnlyIn(present, wanted).map((line) => `- ${line}`),
  ...linesOnlyIn(wanted, present).map((line) => `+ ${line}`)
]

const linesOnlyIn = (text: string, other: string): ReadonlyArray<string> => {
  const elsewhere = other.split("\n")
  return text.split("\n").filter((line) => {
    const at = elsewhere.indexOf(line)
    if (at >= 0) elsewhere.splice(at, 1)
    return at < 0
  })
}
