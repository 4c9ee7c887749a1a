/**
 * The environment of one process (supervisord.md 2.5, step 6; design 5): what it inherits, what supervisord adds, files of
 * variables, what is declared, and the spawn id, later ones winning. Secrets are read here and nowhere kept.
 */
import * as Effect from "effect/Effect"
import { canonicalJson } from "../../core/canonicalJson.ts"
import type { Definition, EnvironmentValue } from "../../domain/Definition.ts"
import type { InstanceSpec } from "../../domain/Instance.ts"
import type { ProcessSources } from "../../domain/ProcessSources.ts"
import { Files } from "../../os/Files.ts"
import { Host } from "../../os/Host.ts"
import { parseEnvFile } from "../../os/parseEnvFile.ts"
import { sha256 } from "../../os/sha256.ts"
import { sourceDigest } from "../../os/sourceDigest.ts"
import { type User, Users } from "../../os/Users.ts"
import { LaunchRefused } from "../Launcher.ts"
import { from } from "./resolveCommand.ts"

export interface BuiltEnvironment {
  readonly variables: ReadonlyMap<string, string>
  /** Of what came from reeve's own environment, less what differs from shell to shell. */
  readonly inheritedHash: string
  /** PATH as the definition sets it; null: it does not. */
  readonly ownPath: string | null
  /** Files that values were read from. */
  readonly files: ProcessSources["files"]
}

export const buildEnvironment = Effect.fnUntraced(function* (
  spec: InstanceSpec,
  { spawnId, serverUrl }: { readonly spawnId: string; readonly serverUrl: string | null },
  user: User | null
) {
  const { definition } = spec
  const inherited = yield* inheritedBy(definition, user)
  const read: Array<ProcessSources["files"][number]> = []
  const declared = yield* declaredBy(definition, (role, path, text) =>
    read.push({ role, path, digest: sourceDigest(spawnId, text) })
  )
  const variables = new Map([
    ...inherited,
    ["SUPERVISOR_ENABLED", "1"],
    ...(serverUrl === null ? [] : [["SUPERVISOR_SERVER_URL", serverUrl] as const]),
    ["SUPERVISOR_PROCESS_NAME", spec.name],
    ["SUPERVISOR_GROUP_NAME", spec.group],
    ...(spec.origin === "typescript" ? [["REEVE_INSTANCE", String(spec.index)] as const] : []),
    ...declared,
    ["REEVE_SPAWN_ID", spawnId]
  ])
  const ownPath = declared.get("PATH") ?? null
  const built: BuiltEnvironment = {
    variables,
    inheritedHash: hashOf(inherited),
    ownPath,
    files: read
  }
  return built
})

const BASE = /^(PATH|LANG|LC_.*|TZ)$/
const OF_USER = ["HOME", "USER", "LOGNAME", "SHELL"]

const inheritedBy = Effect.fnUntraced(function* (definition: Definition, user: User | null) {
  const host = yield* Host
  const users = yield* Users
  const wanted = definition.inheritEnvironment
  const inherited = new Map<string, string>()
  for (const [name, value] of host.environment) {
    if (wanted === "all" || BASE.test(name) || wanted.includes(name)) inherited.set(name, value)
  }
  if (!definition.userEnvironment) return inherited
  const whose = user ?? (yield* users.find(String(users.effectiveUid)))
  for (const [name, value] of whose === null ? [] : variablesOf(whose)) inherited.set(name, value)
  if (user !== null) return inherited
  // As reeve itself: what reeve was started with says more than the user database.
  for (const name of OF_USER) {
    const value = host.environment.get(name)
    if (value !== undefined) inherited.set(name, value)
  }
  return inherited
})

const variablesOf = (user: User): ReadonlyArray<readonly [string, string]> => [
  ["HOME", user.home],
  ["USER", user.name],
  ["LOGNAME", user.name],
  ["SHELL", user.shell === "" ? "/bin/sh" : user.shell]
]

type OnRead = (role: ProcessSources["files"][number]["role"], path: string, text: string) => void

const declaredBy = Effect.fnUntraced(function* (definition: Definition, onRead: OnRead) {
  const files = yield* Files
  const host = yield* Host
  const declared = new Map<string, string>()
  for (const path of definition.envFile) {
    const place = from(host.directory, path)
    const text = yield* files
      .readText(place)
      .pipe(Effect.mapError(({ errno }) => refused(`couldn't read envFile ${path}: ${errno}`)))
    onRead("envFile", place, text)
    for (const [name, value] of parseEnvFile(text)) declared.set(name, value)
  }
  for (const [name, value] of Object.entries(definition.environment)) {
    declared.set(name, yield* valueOf(name, value, onRead))
  }
  return declared
})

const valueOf = Effect.fnUntraced(function* (
  name: string,
  value: EnvironmentValue,
  onRead: OnRead
) {
  if (typeof value === "string") return value
  const host = yield* Host
  if (value.secret === "env") {
    const found = host.environment.get(value.name)
    if (found !== undefined) return found
    return yield* refused(
      `environment.${name}: reeve was started without the variable ${value.name} that holds its secret`
    )
  }
  const files = yield* Files
  const { path } = value
  const place = from(host.directory, path)
  const text = yield* files
    .readText(place)
    .pipe(
      Effect.mapError(({ errno }) =>
        refused(`environment.${name}: couldn't read the secret file ${path}: ${errno}`)
      )
    )
  onRead("secret", place, text)
  // Editors and `echo` end a file with a line break that is no part of the secret.
  return text.replace(/\r?\n$/, "")
})

const refused = (text: string) => new LaunchRefused({ kind: "spawn", text })

/** They follow the shell that reeve was started from, and mean nothing to a program that reeve starts. */
const OF_SHELL = new Set(["_", "SHLVL", "PWD", "OLDPWD"])

const hashOf = (inherited: ReadonlyMap<string, string>): string => {
  // Mostly it is what the program before inherited.
  if (latest === null || !isSame(latest.inherited, inherited)) {
    const kept = [...inherited].filter(([name]) => !OF_SHELL.has(name))
    const text = canonicalJson(kept.sort(([a], [b]) => (a < b ? -1 : 1)))
    latest = { inherited, hash: sha256(text).slice(0, 16) }
  }
  return latest.hash
}

let latest: {
  readonly inherited: ReadonlyMap<string, string>
  readonly hash: string
} | null = null

const isSame = (a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): boolean =>
  a.size === b.size && [...a].every(([name, value]) => b.get(name) === value)
