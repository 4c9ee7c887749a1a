/**
 * From a specification to a request for the Spawner, complete but for the FIFOs. Everything that can be known before there
 * is a process is checked here, because afterwards there is only an errno or an exit code (design 8). User and environment
 * come first, since they decide which file is meant and who is to execute it.
 */
import * as Effect from "effect/Effect"
import type { CommandWords } from "../../domain/Hooks.ts"
import type { InstanceSpec } from "../../domain/Instance.ts"
import { sourceBytes } from "../../domain/limits.ts"
import { type FileFacts, Files } from "../../os/Files.ts"
import { Host } from "../../os/Host.ts"
import { sourceDigest } from "../../os/sourceDigest.ts"
import type { Launch } from "../Launcher.ts"
import { checkInterpreter } from "./checkInterpreter.ts"
import { buildEnvironment } from "./environment.ts"
import { type Identity, identityOf } from "./identity.ts"
import { from, resolveCommand } from "./resolveCommand.ts"
import { checkWorkingDirectory } from "./workingDirectory.ts"

export const launch = Effect.fnUntraced(function* (
  spec: InstanceSpec,
  spawnId: string,
  serverUrl: string | null
) {
  const { definition } = spec
  const host = yield* Host
  const identity = yield* identityOf(definition)
  const environment = yield* buildEnvironment(spec, { spawnId, serverUrl }, identity.user)
  const directory = definition.directory ?? host.directory
  const command = yield* resolveCommand(definition.command, {
    identity,
    path: environment.ownPath ?? host.environment.get("PATH") ?? null,
    directory,
    alsoFrom: spec.origin === "ini" ? host.directory : null
  })
  if (definition.directory !== null) yield* checkWorkingDirectory(definition.directory, identity)
  const isScript = yield* checkInterpreter(command.file, directory, identity)
  const path = from(directory, command.file).replaceAll("/./", "/")
  const digest = isScript ? yield* digestOf(path, command.facts, spawnId) : null
  const { stdin } = definition
  const result: Launch = {
    request: {
      spawnId,
      file: command.file,
      argv: command.argv,
      environment: environment.variables,
      directory: definition.directory,
      // The caller puts the FIFOs of pipes here.
      stdin: typeof stdin === "string" ? { kind: "null" } : { kind: "file", path: stdin.file },
      stdout: null,
      stderr: definition.logs.stderr === "stdout" ? "stdout" : null,
      readyPipe: null,
      sockets: [],
      credentials: identity.credentials,
      umask: definition.umask,
      limits: definition.limits,
      cgroup: null,
      dieWithParent: definition.dieWithSupervisor
    },
    inheritedHash: environment.inheritedHash,
    openAs: openAs(identity),
    sources: {
      command: { path, inode: command.facts.inode, digest },
      files: environment.files
    }
  }
  return result
})

/** Null: it is too large to be read at each start, or may not be read. */
const digestOf = (path: string, { size }: FileFacts, spawnId: string) =>
  size > sourceBytes
    ? Effect.succeed(null)
    : Files.use((files) => files.readText(path)).pipe(
        Effect.map((text) => sourceDigest(spawnId, text)),
        Effect.orElseSucceed(() => null)
      )

export const launchBeside = Effect.fnUntraced(function* (
  spec: InstanceSpec,
  command: CommandWords,
  serverUrl: string | null
) {
  const definition = { ...spec.definition, command, stdin: "null" as const }
  const { request } = yield* launch({ ...spec, definition }, "", serverUrl)
  const environment = new Map(request.environment)
  // What has a program's id counts as left behind by it.
  environment.delete("REEVE_SPAWN_ID")
  return { ...request, environment }
})

const openAs = ({ actor, credentials }: Identity): Launch["openAs"] =>
  actor === null || credentials === null
    ? null
    : { uid: actor.uid, gid: credentials.gid, groups: actor.groups }
