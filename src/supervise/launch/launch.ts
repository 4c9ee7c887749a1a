/**
 * From a specification to a complete request for the Spawner. Everything that can be known before there is a process is
 * checked here, because afterwards there is only an errno or an exit code (design 8). User and environment come first,
 * since they decide which file is meant and who is to execute it; the FIFOs last, so that a failure leaves nothing behind.
 */
import * as Effect from "effect/Effect"
import type { InstanceSpec } from "../../domain/Instance.ts"
import { Fifo, type FifoFailure } from "../../os/Fifo.ts"
import { Host } from "../../os/Host.ts"
import type { SpawnRequest } from "../../os/Spawner.ts"
import { checkInterpreter } from "./checkInterpreter.ts"
import { buildEnvironment } from "./environment.ts"
import { type Identity, identityOf } from "./identity.ts"
import { LaunchFailure } from "./LaunchFailure.ts"
import { resolveCommand } from "./resolveCommand.ts"
import { spawnFailureText } from "./spawnFailureText.ts"
import { checkWorkingDirectory } from "./workingDirectory.ts"

export interface Launch {
  readonly request: SpawnRequest
  readonly inheritedHash: string
}

/** Makes the FIFOs `SPAWNID.stdin`, `.stdout`, `.stderr` that the request names; `forgetLaunch` removes them. */
export const launch = Effect.fnUntraced(function* (spec: InstanceSpec, spawnId: string) {
  const { definition } = spec
  const host = yield* Host
  const identity = yield* identityOf(definition)
  const environment = yield* buildEnvironment(spec, spawnId, identity.user)
  const directory = definition.directory ?? host.directory
  const command = yield* resolveCommand(definition.command, {
    identity,
    path: environment.ownPath ?? host.environment.get("PATH") ?? null,
    directory,
    alsoFrom: spec.origin === "ini" ? host.directory : null
  })
  if (definition.directory !== null) yield* checkWorkingDirectory(definition.directory, identity)
  yield* checkInterpreter(command.file, directory, identity)
  const ends = yield* makeFifos(spec, spawnId, identity)
  const result: Launch = {
    request: {
      spawnId,
      file: command.file,
      argv: command.argv,
      environment: environment.variables,
      directory: definition.directory,
      ...ends,
      credentials: identity.credentials,
      umask: definition.umask,
      limits: definition.limits
    },
    inheritedHash: environment.inheritedHash
  }
  return result
})

/** For a launch that led to no process, once the log plane has let go of its streams (or never had them). */
export const forgetLaunch = Effect.fnUntraced(function* ({ request }: Launch) {
  const fifo = yield* Fifo
  const { stdin, stdout, stderr } = request
  if (stdin.kind === "fifo") yield* fifo.remove(stdin.path)
  if (stdout !== null) yield* fifo.remove(stdout)
  if (stderr !== null && stderr !== "stdout") yield* fifo.remove(stderr)
})

type Ends = Pick<SpawnRequest, "stdin" | "stdout" | "stderr">

const makeFifos = Effect.fnUntraced(function* (
  spec: InstanceSpec,
  spawnId: string,
  identity: Identity
) {
  const fifo = yield* Fifo
  const { logs, stdin } = spec.definition
  const made: Array<string> = []
  const make = (end: "stdin" | "stdout" | "stderr") =>
    fifo.make(`${spawnId}.${end}`, identity.credentials).pipe(
      Effect.tap((path) => Effect.sync(() => made.push(path))),
      Effect.mapError((failure) => fifoFailure(spec.name, failure)),
      Effect.tapError(() => Effect.forEach(made, fifo.remove))
    )
  const ends: Ends = {
    stdin:
      stdin === "pipe"
        ? { kind: "fifo", path: yield* make("stdin") }
        : stdin === "null"
          ? { kind: "null" }
          : { kind: "file", path: stdin.file },
    stdout: yield* make("stdout"),
    stderr: logs.stderr === "stdout" ? "stdout" : yield* make("stderr")
  }
  return ends
})

const fifoFailure = (name: string, { errno, path }: FifoFailure) =>
  new LaunchFailure({
    kind: "spawn",
    text: spawnFailureText(name, { call: "pipe", errno, detail: path })
  })
