/** PM2 of npm, on the Node that the bench runs on, with a home of its own; it looks for no newer version and tells nobody. */
import { existsSync, readFileSync, realpathSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { untilGone } from "../harness/endTree.ts"
import { commandOf, type Programs, programsOf } from "../harness/Programs.ts"
import { runCommand } from "../harness/runCommand.ts"
import type { Site } from "../harness/Site.ts"
import { startRoot } from "../harness/startRoot.ts"
import type { Load, Target } from "../harness/Target.ts"

const install =
  "Install it: npm install --global pm2@7.0.4 (or, with --prefix DIRECTORY, in one that REEVE_BENCH_PM2 names)."

/** Its script, in the directory that REEVE_BENCH_PM2 names or in PATH; null: nowhere. */
const script = (): string | null => {
  const named = process.env["REEVE_BENCH_PM2"]
  const places = [
    ...(named === undefined ? [] : [join(named, "node_modules/.bin")]),
    ...(process.env["PATH"] ?? "").split(":")
  ]
  const file = places.map((place) => join(place, "pm2")).find((path) => existsSync(path))
  return file === undefined ? null : realpathSync(file)
}

const found = script()
const pm2Command: ReadonlyArray<string> = [process.execPath, found ?? "pm2"]

export const pm2: Target = {
  name: "PM2",
  find: async () => {
    if (found === null) return { isThere: false, install }
    const manifest = readFileSync(join(dirname(dirname(found)), "package.json"), "utf8")
    return { isThere: true, version: String(JSON.parse(manifest).version) }
  },
  versionCommand: [...pm2Command, "--version"],
  launch: async (site, load) => {
    if (load.rotateBytes !== null)
      throw new Error("PM2 rotates nothing without a module of its own")
    const programs = programsOf(load)
    const file = writeEcosystem(site, load, programs)
    const home = join(site.directory, "pm2")
    const environment = {
      PM2_HOME: home,
      PM2_DISCRETE_MODE: "true",
      PM2_NO_INTERACTION: "true",
      PM2_DISABLE_VERSION_CHECK: "true"
    }
    // With nothing to start it would not start its daemon either.
    const words = load.count === 0 ? ["ping"] : ["start", file]
    const client = startRoot(site, [...pm2Command, ...words], environment)
    return {
      launchedAt: client.launchedAt,
      get root() {
        return daemonOf(home)
      },
      change: async (name, command) => {
        programs.set(name, commandOf(name, command))
        writeEcosystem(site, load, programs)
        await runCommand(site, [...pm2Command, "startOrRestart", file, "--only", name], environment)
      },
      status: withVariables(environment, [...pm2Command, "list"]),
      xmlrpc: null,
      stop: async () => {
        await client.ended
        const daemon = daemonOf(home)
        await runCommand(site, [...pm2Command, "kill"], environment)
        await untilGone([daemon])
      },
      end: client.end
    }
  }
}

/** The client ends when it has told its daemon all; the daemon, which that started, is nobody's child. */
const daemonOf = (home: string): number => {
  const file = join(home, "pm2.pid")
  if (!existsSync(file)) throw new Error("PM2's daemon is not there yet")
  return Number(readFileSync(file, "utf8"))
}

/** A command that needs variables, for those who run it with an environment of their own. */
const withVariables = (
  variables: Readonly<Record<string, string>>,
  command: ReadonlyArray<string>
): ReadonlyArray<string> => [
  "/usr/bin/env",
  ...Object.entries(variables).map(([name, value]) => `${name}=${value}`),
  ...command
]

const writeEcosystem = (site: Site, load: Load, programs: Programs): string => {
  const file = join(site.directory, "ecosystem.json")
  const apps = [...programs].map(([name, [command, ...words]]) => ({
    name,
    script: command,
    args: words,
    exec_interpreter: "none",
    exec_mode: "fork",
    autorestart: load.restarts,
    min_uptime: load.stableSeconds * 1_000,
    // "For ever": it has no word for that.
    max_restarts: 1_000_000_000,
    out_file: load.output === "files" ? join(site.logs, `${name}.log`) : "/dev/null",
    error_file: "/dev/null",
    merge_logs: true,
    vizion: false,
    pmx: false,
    automation: false
  }))
  writeFileSync(file, JSON.stringify({ apps }))
  return file
}
