/**
 * The keeper: the small parent that outlives a crash of the daemon. It starts the daemon, passes signals on, reaps what falls
 * to it, and ends as the daemon ended. It must stay so simple that it does not fail itself, and fit to be PID 1.
 *
 * The daemon gets a session of its own. A terminal sends Ctrl-C to every process of its foreground group: if the daemon were
 * one of them it would get each signal twice, the terminal's and the one passed on, and Ctrl-Z would stop supervision.
 */
import { type ChildProcess, spawn } from "node:child_process"
import { closeSync, writeSync } from "node:fs"
import {
  AGAIN,
  ENDING,
  KEEPER_FD,
  type KeeperOptions,
  keeperOptions,
  LISTENING,
  RESTARTING
} from "../core/keeperProtocol.ts"
import { closeOnExecAll } from "../os/closeOnExecAll.ts"
import { leaveRemovedDirectory } from "../os/leaveRemovedDirectory.ts"
import * as libc from "../os/libc.ts"
import { handedOn } from "../os/startOpenFiles.ts"
import { reapStrangers } from "./reapStrangers.ts"
import { children, identity, stopInherited } from "./stopInherited.ts"

const STOPPING = ["SIGTERM", "SIGINT", "SIGQUIT"] as const
/** USR1 too: Node would open its debugger. */
const OTHERS = ["SIGHUP", "SIGUSR1", "SIGUSR2", "SIGWINCH"] as const

/** Not where it would wait: a paused terminal or a pipe that nobody reads is no reason to leave programs behind. */
const say = (line: string): void => {
  const set = Buffer.alloc(8)
  set.writeInt32LE(2, 0)
  set.writeInt16LE(libc.POLLOUT, 4)
  if (libc.poll(set, 1, 0) <= 0) return
  try {
    writeSync(2, `reeve: ${line.slice(0, sayAtOnce)}\n`)
  } catch {
    // Nobody reads any more.
  }
}

/** A pipe that poll calls writable takes this much at once (pipe(7)). */
const sayAtOnce = 1_000

const main = (options: KeeperOptions): void => {
  closeOnExecAll()
  libc.prctl(libc.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
  // `exec reeve` in a shell leaves the shell's background jobs to the keeper: they are not the daemon's.
  const spared = new Set(children().map(identity))
  const asked = new Set<string>()
  let pass: (signal: NodeJS.Signals) => void = () => undefined
  // Before there is a daemon: a signal that ended the keeper then would leave the daemon behind.
  for (const signal of STOPPING) {
    process.on(signal, () => {
      asked.add(signal)
      pass(signal)
    })
  }
  // These must not end a daemon that does not hear them yet: they wait, each once.
  const waiting = new Set<NodeJS.Signals>()
  let heard = false
  for (const signal of OTHERS) {
    process.on(signal, () => {
      if (heard) pass(signal)
      else waiting.add(signal)
    })
  }
  const hears = (now: boolean) => {
    heard = now
    if (!now) return
    for (const signal of waiting) pass(signal)
    waiting.clear()
  }
  const begin = (daemonArgs: ReadonlyArray<string>, ready: number | undefined) => {
    const daemon = startDaemon(options.daemon, daemonArgs)
    pass = (signal) => daemon.kill(signal)
    own = daemon.pid
    const told: Told = { ending: false, restarting: false, hears }
    passLines(daemon.stdio[KEEPER_FD], ready, told)
    daemon.on("error", (error) => {
      say(`the daemon cannot be started: ${error.message}`)
      process.exit(1)
    })
    whenOver(daemon, (code, signal) => {
      // A stop that came when there was no daemon to pass it to is still a stop.
      const again = told.restarting && code === 0 && !STOPPING.some((name) => asked.has(name))
      if (again) begin([...options.daemonArgs, AGAIN], undefined)
      else void end(code, signal, told.ending, asked, spared)
    })
  }
  let own: number | undefined
  process.on("SIGCHLD", () => reapStrangers(own))
  begin(options.daemonArgs, options.ready)
}

const startDaemon = (entry: string, args: ReadonlyArray<string>): ChildProcess => {
  // Long ago it may have been there.
  leaveRemovedDirectory()
  const stdio = Array<"inherit" | "pipe">(KEEPER_FD).fill("inherit")
  return spawn(process.execPath, [...process.execArgv, entry, ...args], {
    stdio: [...stdio, "pipe"],
    env: { ...process.env, ...handedOn() },
    detached: true
  })
}

/** "close" comes after the last line was read; a descendant that kept the pipe open must not delay it for ever. */
const whenOver = (
  daemon: ChildProcess,
  then: (code: number | null, signal: string | null) => void
): void => {
  daemon.on("exit", (code, signal) => {
    let over = false
    const finish = () => {
      if (over) return
      over = true
      then(code, signal)
    }
    daemon.once("close", finish)
    setTimeout(finish, 1000)
  })
}

interface Told {
  ending: boolean
  restarting: boolean
  /** Whether the daemon hears signals from now on. */
  readonly hears: (now: boolean) => void
}

/** The lines of the boot go to whoever waits for it, up to the last one; the others are for the keeper. */
const passLines = (pipe: unknown, ready: number | undefined, told: Told): void => {
  if (!(pipe instanceof Object && "on" in pipe && typeof pipe.on === "function")) return
  let waiting = ready
  let rest = ""
  pipe.on("data", (bytes: Buffer) => {
    const lines = (rest + bytes.toString()).split("\n")
    rest = lines.pop() ?? ""
    for (const line of lines) {
      if (line === ENDING || line.startsWith("failed")) told.ending = true
      if (line === RESTARTING) told.restarting = true
      if (line === LISTENING || line === RESTARTING) told.hears(line === LISTENING)
      if (line === LISTENING || line === ENDING || line === RESTARTING) continue
      if (waiting === undefined) continue
      const last = /^(ready|failed)\b/.test(line)
      try {
        writeSync(waiting, `${line}\n`)
        if (last) closeSync(waiting)
      } catch {
        // Whoever waited is gone.
      }
      if (last) waiting = undefined
    }
  })
}

const end = async (
  code: number | null,
  signal: string | null,
  ending: boolean,
  asked: ReadonlySet<string>,
  spared: ReadonlySet<string>
): Promise<void> => {
  if (code !== null && (code === 0 || ending)) process.exit(code)
  // A stop that came before the daemon could listen for it is still a stop.
  const wanted = signal !== null && asked.has(signal)
  if (!wanted) {
    const how = signal === null ? `with status ${code}` : `by ${signal}`
    say(`the daemon ended unexpectedly ${how}; what it ran is stopped now`)
  }
  const found = await stopInherited(spared, say)
  process.exit(wanted && found === 0 ? 0 : 1)
}

try {
  main(keeperOptions(process.argv[2]))
} catch (error) {
  say(error instanceof Error ? error.message : String(error))
  process.exit(1)
}
