/**
 * What this machine lacks for a program: its user, its directory, its command, the directory of its log, what its limits need.
 * Warnings only: a package may be installed before the program starts, and the start itself tells the same as an error.
 * Programs of ini are checked by supervisord's own rules when they are imported.
 */
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { askedOf, type KernelField, unheldText } from "../core/kernelLimits.ts"
import { directoryOf, resolvePath } from "../core/resolvePath.ts"
import { finding } from "../core/schemaFindings.ts"
import { shellWords } from "../core/shellWords.ts"
import type { Definition } from "../domain/Definition.ts"
import type { Program } from "../domain/Desired.ts"
import type { CommandWords } from "../domain/Hooks.ts"
import type { Source } from "../domain/Instance.ts"
import type { ListeningSocket } from "../domain/ListeningSocket.ts"
import { Files } from "../os/Files.ts"
import { HeldLimits } from "../os/HeldLimits.ts"
import { Host } from "../os/Host.ts"
import { type User, Users } from "../os/Users.ts"
import type { ValueFinding } from "./locate.ts"

export const machineCheck = Effect.fn("machineCheck")(function* (programs: ReadonlyArray<Program>) {
  const machine = yield* makeMachine
  return (yield* Effect.forEach(alike(programs), ([definition, sources]) =>
    checkDefinition(machine, definition).pipe(
      Effect.map((found) => sources.flatMap((source) => found.map((one) => ({ ...one, source }))))
    )
  )).flat()
})

/** Thousands of programs made by a loop ask the machine the same: they are asked for together. */
const alike = (
  programs: ReadonlyArray<Program>
): ReadonlyArray<readonly [Definition, ReadonlyArray<Source>]> => {
  const found = new Map<string, readonly [Definition, Array<Source>]>()
  for (const { origin, source, instances } of programs) {
    const definition = instances[0]?.definition
    if (origin !== "typescript" || definition === undefined) continue
    const question = questionOf(definition)
    const known = found.get(question)
    if (known === undefined) found.set(question, [definition, [source]])
    else known[1].push(source)
  }
  return [...found.values()]
}

/** A definition that did not change is the same object in the next load. */
const questions = new WeakMap<Definition, string>()

const questionOf = (definition: Definition): string => {
  const question =
    questions.get(definition) ??
    JSON.stringify([
      definition.user,
      definition.directory,
      commandsOf(definition).map(({ command, path }) => [path, wordOf(command)]),
      definition.environment["PATH"],
      logFile(definition, "stdout"),
      logFile(definition, "stderr"),
      definition.fastCgi,
      definition.sockets,
      askedOf(definition.limits)
    ])
  questions.set(definition, question)
  return question
}

interface Placed {
  readonly path: ReadonlyArray<string>
  readonly command: CommandWords
}

/** All that it may run, and where each stands. */
const commandsOf = ({ command, hooks, stop }: Definition): ReadonlyArray<Placed> => [
  { path: ["command"], command },
  ...(stop.command === null ? [] : [{ path: ["stop", "command"], command: stop.command }]),
  ...Object.entries(hooks).flatMap(([name, hook]) =>
    hook === null ? [] : [{ path: ["hooks", name], command: hook.command }]
  )
]

const wordOf = (command: CommandWords): string | undefined =>
  (typeof command === "string" ? Result.getOrElse(shellWords(command), () => []) : command)[0]

/** Null: reeve names it, it is a device, or there is none. */
const logFile = ({ logs }: Definition, channel: "stdout" | "stderr"): string | null => {
  const sink = logs[channel]
  if (typeof sink === "string" || typeof sink.file === "string") return null
  return sink.file.path.startsWith("/dev/") ? null : sink.file.path
}

type Finding = Omit<ValueFinding, "source">

/** Questions to the machine; each is asked once a load, whatever the number of programs that it concerns. */
interface Machine {
  readonly user: (name: string) => Effect.Effect<User | null>
  readonly isDirectory: (path: string) => Effect.Effect<boolean>
  /** Null: it can be executed. */
  readonly cannotExecute: (path: string, user: User | null) => Effect.Effect<string | null>
  readonly path: string
  /** The lowest port that reeve may listen on. */
  readonly lowestPort: Effect.Effect<number>
  readonly whyNotHeld: (field: KernelField) => Effect.Effect<string | null>
}

const checkDefinition = Effect.fnUntraced(function* (machine: Machine, definition: Definition) {
  const found: Array<Finding> = []
  const warn = (path: Finding["path"], message: string) =>
    found.push({ severity: "warning", path, message, hint: null })

  const user = definition.user === null ? null : yield* machine.user(definition.user)
  if (definition.user !== null && user === null) {
    warn(["user"], `user: there is no user "${definition.user}" on this machine`)
  }
  const { directory } = definition
  if (directory !== null && !(yield* machine.isDirectory(directory))) {
    warn(["directory"], `directory: there is no directory ${directory} on this machine`)
  } else if (definition.user === null || user !== null) {
    for (const { command, path } of commandsOf(definition)) {
      const wrong = yield* checkCommand(machine, definition, command, user)
      if (wrong !== null) warn(path, `${path.join(".")}: ${wrong}`)
    }
  }
  for (const channel of ["stdout", "stderr"] as const) {
    const file = logFile(definition, channel)
    if (file === null || (yield* machine.isDirectory(directoryOf(file)))) continue
    warn(
      ["logs", channel, "file"],
      `logs.${channel}.file: there is no directory ${directoryOf(file)} on this machine`
    )
  }
  for (const field of askedOf(definition.limits)) {
    const why = yield* machine.whyNotHeld(field)
    if (why !== null) warn(["limits", field], unheldText([{ field, why }]))
  }
  const { fastCgi, sockets } = definition
  if (fastCgi !== null) found.push(...(yield* checkSocket(machine, fastCgi, ["socket"], "path")))
  for (const { at, name } of sockets) {
    found.push(...(yield* checkSocket(machine, at, ["sockets", name], null)))
  }
  return found
})

/** `path`: the field of it that names its file; null: the socket itself may be that. */
const checkSocket = Effect.fnUntraced(function* (
  machine: Machine,
  socket: ListeningSocket,
  where: ReadonlyArray<string>,
  path: string | null
) {
  const found: Array<Finding> = []
  const warn = (names: ReadonlyArray<string>, rest: string) => {
    const { message, path } = finding([...where, ...names], rest)
    found.push({ severity: "warning", path, message, hint: null })
  }
  if (socket.kind === "tcp") {
    if (socket.port < (yield* machine.lowestPort)) {
      warn([], `listening on port ${socket.port} takes root, and reeve runs as another user`)
    }
    return found
  }
  const owner = socket.owner?.split(":")[0]
  if (owner !== undefined && (yield* machine.user(owner)) === null) {
    warn(["owner"], `there is no user "${owner}" on this machine`)
  }
  const directory = directoryOf(socket.path)
  if (!(yield* machine.isDirectory(directory))) {
    warn(path === null ? [] : [path], `there is no directory ${directory} on this machine`)
  }
  return found
})

const checkCommand = Effect.fnUntraced(function* (
  machine: Machine,
  definition: Definition,
  command: CommandWords,
  user: User | null
) {
  const word = wordOf(command)
  if (word === undefined) return null
  if (word.includes("/")) {
    const path = resolvePath(definition.directory ?? "/", word)
    const why = yield* machine.cannotExecute(path, user)
    return why === null ? null : `${path} ${why}`
  }
  const own = definition.environment["PATH"]
  const search = typeof own === "string" ? own : machine.path
  for (const place of search.split(":")) {
    if (place === "") continue
    if ((yield* machine.cannotExecute(`${place}/${word}`, user)) === null) return null
  }
  return `"${word}" is in no directory of PATH (${search})`
})

const makeMachine = Effect.gen(function* () {
  const files = yield* Files
  const users = yield* Users
  const host = yield* Host
  const held = yield* HeldLimits
  const kindOf = (path: string) =>
    files.stat(path).pipe(
      Effect.map(({ kind }) => kind),
      Effect.catch(() => Effect.succeed(null))
    )
  const machine: Machine = {
    user: remembered((name) => users.find(name)),
    isDirectory: remembered((path) =>
      kindOf(path).pipe(Effect.map((kind) => kind === "directory"))
    ),
    whyNotHeld: remembered(held.whyNot),
    cannotExecute: (path, user) => executable(`${user?.uid ?? ""} ${path}`),
    path: host.environment.get("PATH") ?? "/usr/local/bin:/usr/bin:/bin",
    lowestPort: lowestPort.pipe(
      Effect.provideService(Files, files),
      Effect.provideService(Users, users)
    )
  }
  const executable = remembered(
    Effect.fnUntraced(function* (question: string) {
      const gap = question.indexOf(" ")
      const uid = question.slice(0, gap)
      const path = question.slice(gap + 1)
      const kind = yield* kindOf(path)
      if (kind === null) return "does not exist"
      if (kind === "directory") return "is a directory"
      const user = uid === "" ? null : yield* machine.user(uid)
      const as = user === null ? null : { uid: user.uid, groups: yield* users.groupsOf(user) }
      return (yield* files.canExecute(path, as)) ? null : "is not executable"
    })
  )
  return machine
})

const lowestPort = Effect.gen(function* () {
  const { effectiveUid } = yield* Users
  if (effectiveUid === 0) return 0
  const files = yield* Files
  const text = yield* files
    .readText("/proc/sys/net/ipv4/ip_unprivileged_port_start")
    .pipe(Effect.orElseSucceed(() => ""))
  // Where it cannot be asked nothing is claimed.
  return text === "" ? 0 : Number(text)
})

const remembered = <Q extends string, A>(
  ask: (question: Q) => Effect.Effect<A>
): ((question: Q) => Effect.Effect<A>) => {
  const known = new Map<Q, A>()
  return (question) =>
    Effect.suspend(() => {
      const answer = known.get(question)
      if (answer !== undefined) return Effect.succeed(answer)
      return ask(question).pipe(
        Effect.tap((found) => Effect.sync(() => known.set(question, found)))
      )
    })
}
