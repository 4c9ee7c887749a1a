/** A supervisor that is measured: Debian's or reeve's, with a number of programs of which some run, in a directory of its own. */
import { type ChildProcess, spawn } from "node:child_process"
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { setTimeout as pause } from "node:timers/promises"
import { type Caller, connectCaller } from "./Caller.ts"

const startMs = 60_000

export interface Measured {
  readonly file: string
  readonly caller: Caller
  readonly end: () => Promise<void>
}

export interface MeasuredOptions {
  readonly programs: number
  readonly running: number
}

/** `command`: what starts it in the foreground with `-n -c FILE`. Comes back once it answers and all that is to run does. */
export const startMeasured = async (
  directory: string,
  [command = "", ...words]: ReadonlyArray<string>,
  options: MeasuredOptions
): Promise<Measured> => {
  mkdirSync(directory)
  const file = join(directory, "supervisord.conf")
  writeFileSync(file, configuration(directory, options))
  const daemon = spawn(command, [...words, "-n", "-c", file], {
    cwd: directory,
    env: { ...process.env, XDG_STATE_HOME: directory, XDG_RUNTIME_DIR: directory },
    stdio: "ignore"
  })
  try {
    const caller = await answering(daemon, directory, options.running)
    const end = () => {
      caller.close()
      return ended(daemon)
    }
    return { file, caller, end }
  } catch (error) {
    await ended(daemon)
    throw error
  }
}

const configuration = (directory: string, { programs, running }: MeasuredOptions): string => {
  const sections = Array.from({ length: programs }, (_, at) => {
    // Those that run have the higher number: they are stopped first.
    const how = at < running ? "autostart=true\npriority=999" : "autostart=false\npriority=1"
    return `[program:p${at}]\ncommand=/bin/sleep 1000\n${how}\nstdout_logfile=NONE\nstderr_logfile=NONE\n`
  })
  return `[unix_http_server]
file=${directory}/s.sock
[supervisord]
logfile=${directory}/supervisord.log
pidfile=${directory}/supervisord.pid
childlogdir=${directory}
[supervisorctl]
serverurl=unix://${directory}/s.sock
[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
${sections.join("")}`
}

const answering = async (
  daemon: ChildProcess,
  directory: string,
  running: number
): Promise<Caller> => {
  const socket = join(directory, "s.sock")
  const end = performance.now() + startMs
  while (performance.now() < end && daemon.exitCode === null) {
    const log = join(directory, "supervisord.log")
    const started = existsSync(log) ? readFileSync(log, "utf8").split("entered RUNNING").length : 0
    if (started > running) {
      const caller = await connectCaller(socket)
      const answer = await caller.call()
      if (answer.includes("<name>statename</name>")) return caller
      caller.close()
    }
    await pause(100)
  }
  throw new Error(`nothing answers at ${socket}`)
}

const ended = async (daemon: ChildProcess): Promise<void> => {
  if (daemon.exitCode !== null) return
  daemon.kill("SIGTERM")
  const end = performance.now() + startMs
  // Debian's walks all idle groups, a second each: it is not waited for once it has no processes.
  while (daemon.exitCode === null && performance.now() < end && hasChildren(daemon.pid)) {
    await pause(200)
  }
  daemon.kill("SIGKILL")
}

const hasChildren = (pid: number | undefined): boolean => {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8") !== ""
  } catch {
    return false
  }
}
