/**
 * How modules are found and read in the evaluation process. Every `.ts` is a module whatever the nearest package.json
 * says, bare `reeve` is the reeve that runs, and each file is recorded, and checked for its owner, before it is read.
 */
import { closeSync, constants, existsSync, fstatSync, openSync, readFileSync } from "node:fs"
import { type LoadFnOutput, registerHooks, stripTypeScriptTypes } from "node:module"
import { dirname, extname } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import { watchedPackageFiles } from "../../domain/limits.ts"
import { entryPath } from "../../os/Entries.ts"
import { directoriesAbove, type OwnedPath } from "../../os/fileOwnership.ts"
import { type Overlay, placeOf } from "../../os/overlay.ts"
import { judgeOwnership, type OwnershipFinding } from "../ownership.ts"
import type { RawProblem } from "./protocol.ts"
import { resolveIn } from "./resolveIn.ts"
import { blank, missingImport, strippingProblem } from "./trouble.ts"
import { send } from "./wire.ts"

/** Thrown by the hooks; what evaluation reports instead of the error that Node makes of it. */
export class Refused extends Error {
  readonly problems: ReadonlyArray<RawProblem>
  constructor(problems: ReadonlyArray<RawProblem>) {
    super(problems[0]?.message ?? "refused")
    this.problems = problems
  }
}

export interface Recording {
  readonly inputs: Set<string>
  readonly stamps: Map<string, string>
  packageFiles: number
  readonly imports: Array<readonly [string, string]>
  readonly warnings: Map<string, RawProblem>
  owners: ReadonlySet<number> | null
  /** Modules keep their paths, and are read there. */
  overlay: Overlay | null
}

const index = entryPath("index")
const own = `${dirname(index)}/`

/** Files of reeve itself: neither inputs nor places to point at. */
export const isInternal = (file: string): boolean => file.startsWith(own)

export const installHooks = (): Recording => {
  const recording: Recording = {
    inputs: new Set(),
    stamps: new Map(),
    packageFiles: 0,
    imports: [],
    warnings: new Map(),
    owners: null,
    overlay: null
  }
  registerHooks({
    resolve: (specifier, context, next) => {
      const importer = toFile(context.parentURL)
      if (specifier === "reeve") return { url: pathToFileURL(index).href, shortCircuit: true }
      if (specifier.startsWith("reeve/"))
        throw new Refused([noSubpath(importer ?? index, specifier)])
      const { overlay } = recording
      const found = resolveOr(specifier, importer, recording, () =>
        overlay === null || (importer !== null && isInternal(importer) && !isFile(specifier))
          ? next(specifier, context)
          : resolveIn(overlay, specifier, context, next)
      )
      const file = toFile(found.url)
      if (importer !== null && file !== null && !isInternal(importer) && !isInternal(file)) {
        recording.imports.push([importer, file])
      }
      return found
    },
    load: (url, context, next) => {
      const file = toFile(url)
      if (file === null || isInternal(file)) return next(url, context)
      record(recording, file)
      const isTypeScript = /^\.m?ts$/.test(extname(file))
      const text = read(file, recording, isTypeScript || /^\.m?js$/.test(extname(file)))
      const placed = placeOf(recording.overlay, file)
      if (!isTypeScript && placed === file) return next(url, context)
      if (!isTypeScript) return readPlaced(placed, next(pathToFileURL(placed).href, context))
      return { format: "module", source: strip(file, text), shortCircuit: true }
    }
  })
  return recording
}

/** The first strip loads the compiler; a spare process does that before there is work. */
export const warmCompiler = (): void => {
  stripTypeScriptTypes("const warm: number = 1", { mode: "strip" })
}

/** Files of installed packages are inputs, too, up to a limit. */
const record = (recording: Recording, file: string): void => {
  if (file.includes("/node_modules/")) {
    recording.packageFiles += 1
    if (recording.packageFiles > watchedPackageFiles) return
  }
  if (recording.inputs.has(file)) return
  recording.inputs.add(file)
  send({ kind: "input", file })
}

const toFile = (url: string | undefined): string | null =>
  url?.startsWith("file:") ? fileURLToPath(url.replace(/[?#].*$/, "")) : null

const resolveOr = <Result>(
  specifier: string,
  importer: string | null,
  recording: Recording,
  resolve: () => Result
): Result | { readonly url: string; readonly shortCircuit: true } => {
  try {
    return resolve()
  } catch (error) {
    if (importer === null || isInternal(importer)) throw error
    if (!/^(\.\.?\/|\/|file:)/.test(specifier)) {
      throw new Refused([missingImport(importer, specifier, ...packageMissing(specifier, error))])
    }
    const wanted = new URL(specifier, pathToFileURL(importer)).pathname
    const path = decodeURIComponent(wanted)
    const candidates = candidatesFor(path)
    for (const candidate of candidates) {
      if (existsSync(placeOf(recording.overlay, candidate)))
        return { url: pathToFileURL(candidate).href, shortCircuit: true }
    }
    // Watched although they are missing: when one appears, the load is tried again.
    for (const candidate of [path, ...candidates.slice(0, 1)]) record(recording, candidate)
    throw new Refused([
      missingImport(
        importer,
        specifier,
        `imports "${specifier}", and there is no file ${path}`,
        "check the name; the path starts at the importing file"
      )
    ])
  }
}

/** `./x` is `./x.ts`, `./x.js` may be `./x.ts`, a directory is its index. */
const candidatesFor = (path: string): ReadonlyArray<string> => {
  if (/\.m?ts$/.test(path)) return []
  const bare = path.replace(/\.m?js$/, "")
  return bare === path
    ? ["ts", "mts", "js", "mjs"].flatMap((end) => [`${path}.${end}`, `${path}/index.${end}`])
    : [path.replace(/js$/, "ts")]
}

const packageMissing = (specifier: string, error: unknown): [string, string] => {
  const code: unknown = error instanceof Error && "code" in error ? error.code : null
  return code === "ERR_MODULE_NOT_FOUND"
    ? [
        `imports "${specifier}", and no such package is installed here`,
        "npm install it; a file beside this one is written with ./ in front"
      ]
    : [
        `imports "${specifier}", which cannot be found: ${error instanceof Error ? error.message : "unknown"}`,
        "see the exports in the package's package.json"
      ]
}

const noSubpath = (file: string, specifier: string): RawProblem =>
  missingImport(
    file,
    specifier,
    `imports "${specifier}", which reeve does not have`,
    'import from "reeve"'
  )

const isFile = (specifier: string): boolean => specifier.startsWith("file:")

/** Node reads a CommonJS file itself, where its module says that it is; here it is elsewhere. */
const readPlaced = (placed: string, loaded: LoadFnOutput): LoadFnOutput =>
  loaded.format === "commonjs" && (loaded.source ?? null) === null
    ? { ...loaded, source: readFileSync(placed, "utf8") }
    : loaded

/** The text of a file that may be evaluated; empty where Node is to read it itself. */
const read = (file: string, recording: Recording, asText: boolean): string => {
  const placed = placeOf(recording.overlay, file)
  const fd = openOr(placed, file)
  try {
    const facts = fstatSync(fd)
    if (!facts.isFile()) throw new Refused([{ ...blank(file), message: "is not a regular file" }])
    recording.stamps.set(file, `${facts.mtimeMs} ${facts.size} ${facts.ino}`)
    if (recording.owners !== null) {
      const found = ownershipOf(placed, facts, recording.owners)
      const errors = found.filter((finding) => finding.severity === "error")
      if (errors.length > 0) throw new Refused(errors.map((finding) => ownershipProblem(finding)))
      for (const finding of found) recording.warnings.set(finding.path, ownershipProblem(finding))
    }
    return asText ? decode(file, readFileSync(fd)) : ""
  } finally {
    closeSync(fd)
  }
}

const directories = new Map<string, OwnedPath>()

const ownershipOf = (
  file: string,
  { uid, mode }: { readonly uid: number; readonly mode: number },
  owners: ReadonlySet<number>
): ReadonlyArray<OwnershipFinding> =>
  judgeOwnership({ path: file, uid, mode }, directoriesAbove(file, directories), owners)

const openOr = (placed: string, file: string): number => {
  try {
    return openSync(placed, constants.O_RDONLY | constants.O_NONBLOCK)
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown error"
    throw new Refused([{ ...blank(file), message: `cannot be read: ${code}` }])
  }
}

const decode = (file: string, bytes: Uint8Array): string => {
  try {
    if (!bytes.includes(0)) return new TextDecoder("utf-8", { fatal: true }).decode(bytes)
  } catch {
    // Not UTF-8: reported like a file with zero bytes.
  }
  throw new Refused([
    {
      ...blank(file),
      message: "is a binary file, or not written in UTF-8",
      hint: "give it another name, or save it as UTF-8 text"
    }
  ])
}

const strip = (file: string, text: string): string => {
  try {
    return stripTypeScriptTypes(text, { mode: "strip" })
  } catch (error) {
    throw new Refused([strippingProblem(error, file)])
  }
}

const ownershipProblem = (finding: OwnershipFinding): RawProblem => ({
  ...blank(finding.path),
  severity: finding.severity,
  message: finding.message,
  hint: finding.hint
})
