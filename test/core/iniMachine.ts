/** A machine for ini files: its files, directories and users are what the test says. */
import { posix } from "node:path"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Result from "effect/Result"
import { checkSupervisord } from "../../src/config/checkSupervisord.ts"
import { type ImportedIni, importIni } from "../../src/config/importIni.ts"
import { type ImportedSupervisord, importSupervisord } from "../../src/config/importSupervisord.ts"
import type { IniFailure } from "../../src/config/ini/IniFailure.ts"
import { withFacts } from "../../src/config/ini/withFacts.ts"
import {
  noFlags,
  type SupervisordFlags,
  supervisordFlags
} from "../../src/core/supervisordFlags.ts"
import type { Definition } from "../../src/domain/Definition.ts"
import { type FileFacts, FileFailure, Files } from "../../src/os/Files.ts"
import { Host } from "../../src/os/Host.ts"
import { type User, Users } from "../../src/os/Users.ts"

export const main = "/conf/s.ini"

export interface Machine {
  readonly files: Readonly<Record<string, string>>
  readonly directories?: ReadonlyArray<string>
  readonly environment?: Readonly<Record<string, string>>
}

const root: User = { name: "root", uid: 0, gid: 0, home: "/root", shell: "/bin/sh" }
const nobody: User = {
  name: "nobody",
  uid: 65534,
  gid: 65534,
  home: "/nonexistent",
  shell: "/usr/sbin/nologin"
}

const facts = (kind: FileFacts["kind"]): FileFacts => ({
  kind,
  size: 0,
  mode: 0o755,
  uid: 0,
  gid: 0,
  links: 1,
  inode: 1,
  modifiedAt: 0
})

const missing = (path: string) => Effect.fail(new FileFailure({ path, errno: "ENOENT" }))

/** `*` and `?` within one component are all that these tests need of a glob. */
const matches = (pattern: string, path: string): boolean =>
  new RegExp(
    `^${pattern
      .replace(/[.+()]/g, "\\$&")
      .replaceAll("*", "[^/]*")
      .replaceAll("?", "[^/]")}$`
  ).test(path)

/** As the kernel would walk it, where there are no links. */
const normal = (path: string): string => posix.normalize(path).replace(/(?<=.)\/$/, "")

/** As the pattern spells the way to the file. */
const spelled = (pattern: string, path: string): string =>
  `${pattern.slice(0, pattern.lastIndexOf("/") + 1)}${posix.basename(path)}`

const filesLayer = ({ files, directories = ["/", "/conf", "/tmp", "/root", "/site"] }: Machine) =>
  Layer.mock(Files, {
    read: (path) => {
      const text = Object.hasOwn(files, normal(path)) ? files[normal(path)] : undefined
      return text === undefined ? missing(path) : Effect.succeed(new TextEncoder().encode(text))
    },
    stat: (path) =>
      directories.includes(normal(path))
        ? Effect.succeed(facts("directory"))
        : Object.hasOwn(files, path)
          ? Effect.succeed(facts("file"))
          : missing(path),
    glob: (pattern) =>
      Effect.succeed(
        Object.keys(files)
          .filter((path) => matches(posix.normalize(pattern), path))
          .map((path) => spelled(pattern, path))
          .sort()
      )
  })

const usersLayer = Layer.mock(Users, {
  effectiveUid: 0,
  effectiveGid: 0,
  find: (key) =>
    Effect.succeed(
      [root, nobody].find((user) => user.name === key || String(user.uid) === key) ?? null
    ),
  groupId: (key) =>
    Effect.succeed(
      key === "nogroup" || key === "65534" ? 65534 : key === "root" || key === "0" ? 0 : null
    )
})

const hostLayer = ({ environment = {} }: Machine) =>
  Layer.succeed(Host, {
    platform: "linux",
    hostname: "vm",
    pid: 1,
    environment: new Map(Object.entries(environment)),
    directory: "/site",
    umask: 0o022,
    cpus: 1,
    memoryBytes: 1
  })

const layer = (machine: Machine) =>
  Layer.mergeAll(filesLayer(machine), usersLayer, hostLayer(machine))

/** What the main file of this machine means. */
export const load = (
  machine: Machine,
  requireSupervisord = false
): Effect.Effect<ImportedIni, IniFailure> =>
  importIni({ file: main, requireSupervisord }).pipe(Effect.provide(layer(machine)))

/** What `reeve supervisord` makes of it. */
export const boot = (
  machine: Machine,
  flags: Partial<SupervisordFlags> = {},
  file = main
): Effect.Effect<ImportedSupervisord, IniFailure> =>
  importSupervisord({ file, directory: "/site", flags: { ...noFlags, ...flags } }).pipe(
    Effect.provide(layer(machine))
  )

/** What `reeve check` of the main file says; null where it is no configuration of a supervisord. */
export const check = (machine: Machine) =>
  checkSupervisord(main).pipe(Effect.provide(layer(machine)))

/** What `reeve supervisord` makes of a command line and its file; fails with what it says. */
export const call = (
  machine: Machine,
  args: ReadonlyArray<string>
): Effect.Effect<ImportedSupervisord, string> =>
  Effect.gen(function* () {
    const { directory, environment } = yield* Host
    const read = yield* withFacts(environment, (facts, home) =>
      supervisordFlags(args, { directory, facts, home })
    )
    if (Result.isFailure(read)) return yield* Effect.fail(read.failure)
    if (read.success.kind !== "run" || read.success.flags.configuration === null) {
      return yield* Effect.fail("the command line names no file")
    }
    const { flags } = read.success
    const file = read.success.flags.configuration
    return yield* Effect.mapError(
      importSupervisord({ file, directory: "/site", flags }),
      ({ text }) => text
    )
  }).pipe(Effect.provide(layer(machine)))

/** What supervisord would say of it. */
export const refusal = (
  machine: Machine,
  flags: Partial<SupervisordFlags> = {}
): Effect.Effect<string, ImportedSupervisord> =>
  Effect.map(Effect.flip(boot(machine, flags)), ({ text }) => text)

/** What is wrong with it, in supervisord's order. */
export const failure = (machine: Machine, requireSupervisord = false) =>
  Effect.map(Effect.flip(load(machine, requireSupervisord)), ({ problems }) =>
    problems.filter(({ severity }) => severity === "error")
  )

/** `[program:a]` with these lines, and /bin/cat where they name no command. */
export const program = (...lines: ReadonlyArray<string>): string =>
  ["[supervisord]", "[program:a]", "command=/bin/cat", ...lines, ""].join("\n")

export interface Process {
  readonly address: string
  readonly definition: Definition
}

export const processesOf = ({ programs }: ImportedIni): ReadonlyArray<Process> =>
  programs.flatMap(({ instances }) => instances)
