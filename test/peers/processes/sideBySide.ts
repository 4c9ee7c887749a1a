import { type ChildProcess, execFileSync, spawn } from "node:child_process"
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync
} from "node:fs"
import { tmpdir } from "node:os"
import { fileURLToPath } from "node:url"
import type { Places, Section } from "./sections.ts"

const root = fileURLToPath(new URL("../../../", import.meta.url))

export const makePlaces = (): Places & { readonly top: string } => {
  const top = mkdtempSync(`${tmpdir()}/reeve-peers-`)
  chmodSync(top, 0o755)
  const at = { top, out: `${top}/out`, bin: `${top}/bin`, logs: `${top}/logs`, work: `${top}/work` }
  for (const directory of [at.bin, at.work]) mkdirSync(directory)
  copyFileSync(`${root}/test/fixtures/peers/probe`, `${at.bin}/probe`)
  chmodSync(`${at.bin}/probe`, 0o755)
  return at
}

export const writeConfig = (top: string, sections: ReadonlyArray<Section>): string => {
  const file = `${top}/supervisord.conf`
  const head = [
    "[supervisord]",
    `logfile=${top}/supervisord.log`,
    `pidfile=${top}/supervisord.pid`,
    `childlogdir=${top}`,
    "nodaemon=true",
    'environment=GLOBAL="from supervisord",SHARED=yes'
  ]
  const body = sections.flatMap((section) => ["", `[program:${section.name}]`, ...section.lines])
  writeFileSync(file, `${[...head, ...body].join("\n")}\n`)
  return file
}

/** Both supervisors start with exactly this. */
const startEnvironment = {
  PATH: "/usr/local/bin:/usr/bin:/bin",
  HOME: "/root",
  LANG: "C.UTF-8",
  START_VALUE: "start 50% value"
}

/** Runs one supervisor over the configuration until every expected process has reported; keeps what it left. */
export const runPeer = async (
  who: "supervisord" | "reeve",
  at: Places & { readonly top: string },
  expected: number,
  start: (environment: NodeJS.ProcessEnv) => ChildProcess
): Promise<void> => {
  mkdirSync(at.out)
  chmodSync(at.out, 0o1777)
  mkdirSync(at.logs)
  const child = start(startEnvironment)
  let said = ""
  child.stdout?.on("data", (chunk) => (said += chunk))
  child.stderr?.on("data", (chunk) => (said += chunk))
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()))
  try {
    await until(
      `${expected} processes under ${who}`,
      () => reported(at.out) >= expected,
      () => said
    )
  } finally {
    child.kill("SIGTERM")
    await ended
  }
  renameSync(at.out, `${at.out}.${who}`)
  renameSync(at.logs, `${at.logs}.${who}`)
}

const reported = (out: string) => readdirSync(out).filter((name) => !name.endsWith(".tmp")).length

const until = async (what: string, done: () => boolean, said: () => string) => {
  const deadline = performance.now() + 60_000
  while (!done()) {
    if (performance.now() > deadline)
      throw new Error(`waited a minute for ${what}; it said:\n${said()}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

export const startSupervisord = (config: string, cwd: string) => (env: NodeJS.ProcessEnv) =>
  spawn("/usr/bin/supervisord", ["-n", "-c", config], {
    cwd,
    env,
    stdio: ["ignore", "pipe", "pipe"]
  })

export const startReeve = (config: string, cwd: string) => (env: NodeJS.ProcessEnv) =>
  spawn(process.execPath, [`${root}/dist/reeve.js`, "up", config, "--state-dir", `${cwd}/state`], {
    cwd,
    env,
    stdio: ["ignore", "pipe", "pipe"]
  })

/** A user with supplementary groups, made for the test and removed after it. */
export const withManyGroupsUser = (): (() => void) => {
  const run = (...command: ReadonlyArray<string>) => {
    const [file = "", ...rest] = command
    execFileSync(file, rest, { stdio: "ignore" })
  }
  run("useradd", "--no-create-home", "--groups", "daemon,mail,games", "reevepeer")
  return () => run("userdel", "reevepeer")
}

export const cleanUp = (top: string): void => {
  if (existsSync(top)) rmSync(top, { recursive: true, force: true })
}
