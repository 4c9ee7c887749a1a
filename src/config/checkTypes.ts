/**
 * `reeve check --types`: the user's own compiler looks at the files of a load, with the user's own settings where there
 * are some. reeve brings no compiler; where none is installed that is told, and is no error.
 */
import * as Effect from "effect/Effect"
import { compilerProblems } from "../core/compilerOutput.ts"
import { displayPath } from "../core/displayPath.ts"
import { directoryOf, resolvePath } from "../core/resolvePath.ts"
import { typeCheckTimeoutMs } from "../domain/limits.ts"
import type { Problem } from "../domain/Problem.ts"
import { findUpwards } from "../os/findUpwards.ts"
import { Host } from "../os/Host.ts"
import { runHelper } from "../os/runHelper.ts"
import { scanEntries } from "../os/scanEntries.ts"
import { Users } from "../os/Users.ts"

/** Errors of types; a single warning where they could not be looked for. */
export const checkTypes = Effect.fn("checkTypes")(function* (entries: ReadonlyArray<string>) {
  const host = yield* Host
  const scan = yield* Effect.sync(() => scanEntries(entries))
  const files = scan.modules.filter((path) => /\.m?ts$/.test(path))
  const [first] = files
  if (first === undefined) return []
  const compiler = yield* Effect.sync(() =>
    findUpwards(directoryOf(first), "node_modules/.bin/tsc")
  )
  if (compiler === null) {
    return [
      notDone("no TypeScript compiler is installed here", "npm install --save-dev typescript")
    ]
  }
  const { effectiveUid } = yield* Users
  if (effectiveUid === 0 && ![0, ...scan.owners].includes(compiler.uid)) {
    const text = `${compiler.path} belongs to another user (uid ${compiler.uid}), and reeve runs as root`
    return [notDone(text, null)]
  }
  const settings = yield* Effect.sync(() => findUpwards(directoryOf(first), "tsconfig.json"))
  const directory = settings?.directory ?? directoryOf(first)
  const args =
    settings === null ? [...standardSettings, ...files] : ["--project", settings.path, "--noEmit"]
  const result = yield* runHelper({
    file: compiler.path,
    args: [...args, "--pretty", "false"],
    directory,
    environment: Object.fromEntries(host.environment),
    timeoutMs: typeCheckTimeoutMs,
    outputBytes: 1024 * 1024
  })
  const problems = compilerProblems(result.stdout, (path) =>
    displayPath(resolvePath(directory, path), host.directory)
  )
  if (problems.length > 0 || result.code === 0) return problems
  const why = result.failure ?? result.stderr.trim().split("\n")[0] ?? `exit code ${result.code}`
  return [notDone(`the compiler ${compiler.path} did not finish: ${why}`, null)]
})

/** As Node reads the files: types are taken away, imports name the file. */
const standardSettings = [
  "--noEmit",
  "--strict",
  "--skipLibCheck",
  "--target",
  "es2024",
  "--module",
  "nodenext",
  "--moduleResolution",
  "nodenext",
  "--allowImportingTsExtensions",
  "--erasableSyntaxOnly"
]

const notDone = (message: string, hint: string | null): Problem => ({
  severity: "warning",
  file: null,
  line: null,
  column: null,
  message: `types are not checked: ${message}`,
  hint
})
