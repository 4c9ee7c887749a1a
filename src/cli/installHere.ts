/** The work of `reeve install`, and what it takes: of no use to any other command. */
import { lstatSync, readFileSync, realpathSync } from "node:fs"
import { dirname, isAbsolute, join, resolve } from "node:path"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import {
  serviceName,
  systemdUnit,
  type UnitFacts,
  unfitForUnit,
  unitDifference
} from "../core/systemdUnit.ts"
import { errnoOf } from "../os/errnoOf.ts"
import { makeDirectories } from "../os/makeDirectories.ts"
import { replaceFile } from "../os/replaceFile.ts"
import { START_OPEN_FILES } from "../os/startOpenFiles.ts"
import { Terminal } from "../os/Terminal.ts"
import { Users } from "../os/Users.ts"
import { UsersLive } from "../os/UsersLive.ts"
import { CliFailure } from "./CliFailure.ts"
import { entriesOfCommand } from "./entriesOfCommand.ts"
import { exitCodes } from "./exitCodes.ts"
import { SocketFlag, StateDirectoryFlag } from "./flags.ts"
import { screen } from "./screen.ts"

interface InstallOptions {
  readonly paths: ReadonlyArray<string>
  readonly systemd: boolean
  readonly name: string
  readonly user: Option.Option<string>
  readonly print: boolean
  readonly force: boolean
  readonly json: boolean
}

export const installHere = Effect.fnUntraced(function* ({
  force,
  json,
  name: named,
  paths,
  print,
  systemd,
  user
}: InstallOptions) {
  const shown = yield* screen
  if (!systemd) return yield* usage("Say for what: reeve install --systemd.", null)
  const name = serviceName(named)
  if (name === null) {
    return yield* usage(`"${named}" cannot be the name of a service.`, "One is: reeve-shop")
  }
  const facts = yield* factsOf(name, paths, Option.getOrNull(user))
  const unit = systemdUnit(facts, openFiles)
  const path = join(yield* folderOf(facts.scope), `${name}.service`)
  const next = nextCommands(facts.scope, name)
  if (print) return yield* json ? shown.json({ path, unit, next }) : shown.terminal.out(unit)
  const outcome = yield* put(path, unit, force)
  if (json) return yield* shown.json({ path, unit, next, outcome })
  const first = outcome === "unchanged" ? `${path} is there already, unchanged.` : `Wrote ${path}:`
  const text = outcome === "unchanged" ? [] : ["", ...unit.trimEnd().split("\n"), ""]
  yield* shown.line([first, ...text, "Next:", ...next.map((words) => `  ${words}`)].join("\n"))
})

const openFiles = { variable: START_OPEN_FILES, programs: 1024, most: 1_048_576 }

const factsOf = Effect.fnUntraced(function* (
  name: string,
  paths: ReadonlyArray<string>,
  user: string | null
) {
  const { directory: here, uid } = yield* Terminal
  const absolute = (path: string) => resolve(here, path)
  const entries = (yield* entriesOfCommand(paths)).map(absolute)
  const stateDirectory = Option.map(yield* StateDirectoryFlag, absolute)
  const socket = Option.map(yield* SocketFlag, absolute)
  const facts: UnitFacts = {
    name,
    scope: uid === 0 ? "system" : "user",
    user: user === null ? null : yield* userOf(user, uid),
    command: [process.execPath, ...process.execArgv, realpathSync(process.argv[1] ?? "")],
    entries,
    directory: dirname(entries[0] ?? here),
    stateDirectory: Option.getOrNull(stateDirectory),
    socket: Option.getOrNull(socket)
  }
  const named = [facts.directory, facts.stateDirectory, facts.socket].filter(
    (path) => path !== null
  )
  for (const path of [...facts.command, ...entries, ...named]) {
    const unfit = unfitForUnit(path)
    if (unfit !== null) return yield* usage(`${JSON.stringify(path)} ${unfit}.`, notInUnit)
  }
  return facts
})

const notInUnit = "systemd could not be told of it. Give it another name, or make a link to it."

const userOf = Effect.fnUntraced(function* (named: string, uid: number) {
  const users = yield* Users
  const found = yield* users.find(named)
  if (found === null) return yield* usage(`There is no user ${named}.`, null)
  if (uid === 0) return found.uid === 0 ? null : found.name
  return found.uid === uid
    ? null
    : yield* usage(`Only root can make a service that runs as ${named}.`, null)
}, Effect.provide(UsersLive))

/** Where the administrator's units are, and a user's own. */
const folderOf = Effect.fnUntraced(function* (scope: UnitFacts["scope"]) {
  const { variable } = yield* Terminal
  if (scope === "system") return "/etc/systemd/system"
  const named = variable("XDG_CONFIG_HOME")
  if (named !== undefined && isAbsolute(named)) return join(named, "systemd/user")
  const home = variable("HOME")
  return home !== undefined && isAbsolute(home)
    ? join(home, ".config/systemd/user")
    : yield* usage("HOME is not set, so there is no place for your unit.", null)
})

const put = Effect.fnUntraced(function* (path: string, unit: string, force: boolean) {
  const present = yield* Effect.try({
    try: () => presentUnit(path),
    catch: failure(`read ${path}`)
  })
  if (present === unit) return "unchanged" as const
  if (present === "no file") {
    return yield* new CliFailure({
      text: `${path} is no file of its own; nothing was written.`,
      hint: "A link to /dev/null is a masked service: see systemctl unmask.",
      code: exitCodes.held
    })
  }
  if (present !== null && !force) {
    return yield* new CliFailure({
      text: [`${path} differs, and was left as it is:`, ...unitDifference(present, unit)].join(
        "\n"
      ),
      hint: "Overwrite it with --force, or choose another --name.",
      code: exitCodes.held
    })
  }
  yield* Effect.try({
    try: () => {
      makeDirectories(dirname(path), 0o755)
      replaceFile(path, unit, 0o644)
    },
    catch: failure(`write ${path}`)
  })
  return "written" as const
})

/** Its text; null: there is none. */
const presentUnit = (path: string): string | null => {
  const facts = lstatSync(path, { throwIfNoEntry: false })
  if (facts === undefined) return null
  return facts.isFile() ? readFileSync(path, "utf8") : "no file"
}

const nextCommands = (scope: UnitFacts["scope"], name: string): ReadonlyArray<string> =>
  scope === "system"
    ? ["systemctl daemon-reload", `systemctl enable --now ${name}`]
    : [
        "systemctl --user daemon-reload",
        `systemctl --user enable --now ${name}`,
        "loginctl enable-linger    (to go on when you log out)"
      ]

const failure = (what: string) => (error: unknown) =>
  new CliFailure({ text: `Cannot ${what}: ${errnoOf(error)}.`, hint: null, code: exitCodes.failed })

const usage = (text: string, hint: string | null) =>
  new CliFailure({ text, hint, code: exitCodes.usage })
