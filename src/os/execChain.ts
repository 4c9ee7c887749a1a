/**
 * What posix_spawn(3) cannot set goes through other programs that replace themselves by the next one and so keep the
 * pid: `sh` for the cgroup, the umask and LISTEN_PID, which is that pid; `nice` and `choom` for precedence, `prlimit` for
 * limits, and at last `setpriv` for the user, since the others may need the rights that it gives up, and for the death with the
 * daemon. These run as reeve does, so that what the program's environment tells the dynamic linker must not reach them: `env`
 * adds it when the user has changed. Builds the words; starts nothing.
 */
import { accessSync, constants } from "node:fs"
import type { Limits } from "../domain/Definition.ts"
import { ownNice, ownOomScoreAdjust } from "./precedence.ts"
import { rlimits } from "./rlimits.ts"
import type { SpawnRequest } from "./Spawner.ts"

export type Chain =
  | {
      readonly kind: "chain"
      readonly file: string
      readonly argv: ReadonlyArray<string>
      /** What the first link is started with. */
      readonly environment: ReadonlyMap<string, string>
    }
  | { readonly kind: "impossible"; readonly detail: string }

/** `openFiles`: the soft and the hard limit to set by `prlimit` although the request asks for none; else null. */
export const execChain = (
  request: SpawnRequest,
  openFiles: { readonly soft: bigint; readonly hard: bigint } | null
): Chain => {
  const words: Array<string> = []
  const shell = shellWords(request)
  if (typeof shell === "string") return impossible(shell)
  words.push(...shell)
  const precedence = precedenceWords(request.limits)
  if (typeof precedence === "string") return impossible(precedence)
  words.push(...precedence)
  const limits = limitWords(request.limits, openFiles)
  if (limits.length > 0) {
    const prlimit = tool("prlimit")
    if (prlimit === null) return impossible("limits need the program prlimit (of util-linux)")
    words.push(prlimit, ...limits, "--")
  }
  const privileges = privilegeWords(request)
  if (privileges.length > 0) {
    const setpriv = tool("setpriv")
    if (setpriv === null) {
      const field = request.credentials === null ? "dieWithSupervisor" : "user"
      return impossible(`${field} needs the program setpriv (of util-linux)`)
    }
    words.push(setpriv, ...privileges, "--")
  }
  const [file] = words
  const { environment } = request
  if (file === undefined) {
    return { kind: "chain", file: request.file, argv: request.argv, environment }
  }
  const [, ...rest] = request.argv
  const last = lastWord(request)
  const late = request.credentials === null ? [] : [...environment].filter(isForTheUserAlone)
  if (late.length > 0) {
    const env = tool("env")
    if (env === null) return impossible("user needs the program env for such an environment")
    if (last.includes("=")) {
      const name = JSON.stringify(late[0]?.[0] ?? "")
      return impossible(`user and the variable ${name} do not go with a command that holds a "="`)
    }
    words.push(env, ...late.map(([name, value]) => `${name}=${value}`))
  }
  return {
    kind: "chain",
    file,
    argv: [...words, last, ...rest],
    environment: new Map(
      [...environment].filter((entry) => !late.some(([name]) => name === entry[0]))
    )
  }
}

/**
 * Variables that make the C library load code or open files, those that set-user-ID programs ignore (ld.so(8)), and those
 * that steer a shell. They may come from a file that the program's user can write (`envFile`).
 */
const steering = new RegExp(
  `^(${[
    ...["LD_.*", "GLIBC_TUNABLES", "GCONV_PATH", "GETCONF_DIR", "HOSTALIASES", "LOCALDOMAIN"],
    ...["LOCPATH", "NIS_PATH", "NLSPATH", "RESOLV_HOST_CONF", "RES_OPTIONS"],
    ...["ENV", "BASH_.*", "BASHOPTS", "SHELLOPTS", "PS4"]
  ].join("|")})$`
)

const isForTheUserAlone = ([name]: readonly [string, string]): boolean => steering.test(name)

const impossible = (detail: string): Chain => ({ kind: "impossible", detail })

/**
 * What a shell does before all else: entering the cgroup, the umask, telling the pid. Where a variable would be lost on the way,
 * umask and sockets are impossible (a sentence), and the cgroup is done without: it is not what the program is declared to need.
 */
const shellWords = ({
  cgroup,
  environment,
  sockets,
  umask
}: SpawnRequest): ReadonlyArray<string> | string => {
  if (umask === null && cgroup === null && sockets.length === 0) return []
  const unfit = unfitForShell(environment)
  if (unfit !== null) {
    if (umask === null && sockets.length === 0) return []
    const what = umask === null ? "LISTEN_PID of sockets" : "umask"
    return `${what} is set through a shell, which does not pass on the environment variable ${JSON.stringify(unfit)}`
  }
  const directory = environment.get("PWD")
  const steps: ReadonlyArray<readonly [script: string, word: string | undefined]> = [
    ['{ echo 0 >"$1/cgroup.procs"; } 2>/dev/null', cgroup ?? undefined],
    ['umask "$1"', umask?.toString(8)],
    // A shell sets PWD by itself: the program gets the one of its environment back, or none.
    ["PWD=$1; export PWD", directory]
  ]
  const taken = steps.filter(([, word]) => word !== undefined)
  const last = [
    ...(sockets.length === 0 ? [] : ["LISTEN_PID=$$; export LISTEN_PID"]),
    ...(directory === undefined ? ["unset PWD"] : []),
    'exec "$@"'
  ]
  const script = [...taken.map(([step]) => `${step}; shift`), ...last].join("; ")
  return ["/bin/sh", "-c", script, "reeve", ...taken.flatMap(([, word]) => word ?? [])]
}

/** Names that a POSIX shell keeps for itself, so that their values would change on the way. */
const shellOwns = new Set(["IFS", "OPTIND", "PPID"])

/** Whether a shell passes on all of it: else a process does not enter its cgroup by itself. */
export const passesShell = (environment: ReadonlyMap<string, string>): boolean =>
  unfitForShell(environment) === null

const unfitForShell = (environment: ReadonlyMap<string, string>): string | null => {
  for (const name of environment.keys()) {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) || shellOwns.has(name)) return name
  }
  return null
}

/** A change of the user takes the signal of the parent's death back (prctl(2)): setpriv sets it as its last. */
const privilegeWords = ({ credentials, dieWithParent }: SpawnRequest): ReadonlyArray<string> => [
  ...(credentials === null
    ? []
    : [`--reuid=${credentials.name}`, `--regid=${credentials.gid}`, "--init-groups"]),
  ...(dieWithParent ? ["--pdeathsig=KILL"] : [])
]

/**
 * `nice` adds to the niceness that it starts with, which is that of the thread that starts it: as both are looked at in one turn,
 * the sum is exactly what is wanted. It goes on where it may not lower it, so that this must be known before
 * (`unattainableLimit`). `choom` sets what it is told, and ends where it may not. A sentence: a program is missing.
 */
const precedenceWords = ({ nice, oomScoreAdjust }: Limits): ReadonlyArray<string> | string => {
  const words: Array<string> = []
  const more = nice === null ? 0 : nice - ownNice()
  if (more !== 0) {
    const file = tool("nice")
    if (file === null) return "limits.nice needs the program nice (of coreutils)"
    words.push(file, "-n", String(more), "--")
  }
  if (oomScoreAdjust !== null && oomScoreAdjust !== ownOomScoreAdjust()) {
    const file = tool("choom")
    if (file === null) return "limits.oomScoreAdjust needs the program choom (of util-linux)"
    words.push(file, "-n", String(oomScoreAdjust), "--")
  }
  return words
}

const limitWords = (
  limits: Limits,
  openFiles: { readonly soft: bigint; readonly hard: bigint } | null
): ReadonlyArray<string> => {
  const words: Array<string> = []
  if (openFiles !== null && limits.openFiles === null) {
    words.push(`--nofile=${openFiles.soft}:${openFiles.hard}`)
  }
  for (const { field, flag } of rlimits) {
    const value = limits[field]
    if (value !== null) words.push(`--${flag}=${value}:${value}`)
  }
  return words
}

/**
 * The word that the last link of the chain executes, which becomes argv[0] of the program. The name as typed where a
 * search in PATH leads to the same file, else the file.
 */
const lastWord = (request: SpawnRequest): string => {
  const file = request.file.includes("/") ? request.file : `./${request.file}`
  const [name] = request.argv
  if (name === undefined || name === "" || name.includes("/")) return file
  for (const directory of request.environment.get("PATH")?.split(":") ?? []) {
    const candidate = `${directory}/${name}`
    if (candidate === file) return name
    if (executable(candidate)) break
  }
  return file
}

const executable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

const tools = new Map<string, string>()

/** Looked up once found: a chain never depends on the program's own PATH. */
const tool = (name: string): string | null => {
  const before = tools.get(name)
  if (before !== undefined) return before
  for (const directory of ["/usr/bin", "/bin", "/usr/local/bin", "/usr/sbin", "/sbin"]) {
    const path = `${directory}/${name}`
    if (!executable(path)) continue
    tools.set(name, path)
    return path
  }
  return null
}
