/**
 * A load, from what the operator named to a desired state: modules are evaluated in a process of their own, ini files
 * imported, git asked, all at the same time; then everything is checked against everything, and all that is wrong is
 * told at once, at its place. Nothing here touches what runs.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { byText } from "../core/byText.ts"
import { desiredMeaning } from "../core/desiredHash.ts"
import { displayPath } from "../core/displayPath.ts"
import { standardSettings } from "../core/expandSupervisor.ts"
import { sortProblems } from "../core/renderProblems.ts"
import type { ScaleOverride } from "../domain/Actual.ts"
import type { Desired, Program, Revision } from "../domain/Desired.ts"
import type { Problem } from "../domain/Problem.ts"
import { Files } from "../os/Files.ts"
import { Host } from "../os/Host.ts"
import type { Overlay } from "../os/overlay.ts"
import { type Scan, scanEntries } from "../os/scanEntries.ts"
import { sha256 } from "../os/sha256.ts"
import { Users } from "../os/Users.ts"
import { atSource } from "./atSource.ts"
import { crossCheck } from "./crossCheck.ts"
import { DecodeMemory } from "./DecodeMemory.ts"
import { decode } from "./decode.ts"
import { type Evaluation, Evaluator, emptyEvaluation } from "./evaluate.ts"
import { problemsOfEvaluation } from "./evaluationProblems.ts"
import { gitRevision } from "./git.ts"
import { importInis } from "./importInis.ts"
import { type Loaded, Loader, LoadFailure } from "./Loader.ts"
import { loadWhole, nothingSeen } from "./loadWhole.ts"
import { type Locator, makeLocator, type ValueFinding } from "./locate.ts"
import { machineCheck } from "./machineCheck.ts"
import { overlaidFiles } from "./overlaidFiles.ts"
import { type Remembered, remember, unpredictable } from "./predictability.ts"
import { revisionFiles } from "./revisionFiles.ts"

const makeLoader = Effect.gen(function* () {
  const services = yield* Effect.context<Evaluator | Files | Users | Host>()
  const memory: Memory = { last: null, decode: new DecodeMemory() }
  const seen = nothingSeen()
  const files = yield* Files
  return {
    load: (entries: ReadonlyArray<string>, scales: ReadonlyArray<ScaleOverride> = []) =>
      loadWhole(load(entries, scales, memory), files, seen).pipe(Effect.provideContext(services)),
    loadRevision: (
      entries: ReadonlyArray<string>,
      revision: string,
      scales: ReadonlyArray<ScaleOverride> = []
    ) => loadRevision(entries, revision, scales).pipe(Effect.provideContext(services))
  }
})

/** Of the last load that succeeded. */
interface Memory {
  /** To find programs that change by themselves. */
  last: Remembered | null
  /** To make nothing anew that is as it was. */
  readonly decode: DecodeMemory
}

const load = Effect.fn("Loader.load")(function* (
  entries: ReadonlyArray<string>,
  scales: ReadonlyArray<ScaleOverride>,
  memory: Memory
) {
  const { directory } = yield* Host
  const scan = yield* Effect.sync(() => scanEntries(entries))
  const git = gitRevision(scan.directories[0] ?? directory)
  return yield* loadScanned({ scan, overlay: null, git, files: yield* Files }, scales, memory)
})

/** It has nothing to do with the loads before: what it finds is no change. */
const loadRevision = Effect.fn("Loader.loadRevision")(function* (
  entries: ReadonlyArray<string>,
  revision: string,
  scales: ReadonlyArray<ScaleOverride>
) {
  const { git, overlay, scan } = yield* revisionFiles(entries, revision)
  const files = overlaidFiles(yield* Files, overlay)
  const memory: Memory = { last: null, decode: new DecodeMemory() }
  return yield* loadScanned({ scan, overlay, git: Effect.succeed(git), files }, scales, memory)
}, Effect.scoped)

/** What is to be loaded, and where its files are read. */
interface Sources {
  readonly scan: Scan
  /** Null: the working tree itself. */
  readonly overlay: Overlay | null
  readonly git: Effect.Effect<Revision, never, Host | Users>
  readonly files: Files["Service"]
}

const loadScanned = Effect.fnUntraced(function* (
  { files, git: askGit, overlay, scan }: Sources,
  scales: ReadonlyArray<ScaleOverride>,
  memory: Memory
) {
  const { directory } = yield* Host
  const locator = yield* Effect.provideService(makeLocator, Files, files)
  const [evaluation, ini, git] = yield* Effect.all(
    [
      evaluateModules(scan, overlay),
      Effect.provideService(importInis(scan, overlay), Files, files),
      askGit
    ],
    { concurrency: "unbounded" }
  )
  yield* logOutput(evaluation.output)

  const decoded = decode(evaluation, { scales, memory: memory.decode })
  const told = yield* problemsOfEvaluation(evaluation, decoded, locator)
  const programs = [...decoded.programs, ...ini.programs]
  const groups = [...decoded.groups, ...ini.groups]
  const before = [
    ...scan.problems.map((problem) => scanProblem(problem, directory)),
    ...told,
    ...ini.problems
  ]
  const complete = !before.some(isError)
  const problems = [...before, ...(yield* betweenPrograms(programs, groups, complete, locator))]
  const inputs = [...new Set([...evaluation.inputs, ...decoded.inputs, ...ini.inputs])]
  if (problems.some(isError)) {
    return yield* new LoadFailure({ problems: sortProblems(problems), inputs })
  }

  memory.decode.keep()
  const supervisor = decoded.supervisor ?? standardSettings
  const desired: Desired = {
    programs: programs.toSorted(byName),
    groups: groups.toSorted((a, b) => byText(a.name, b.name)),
    supervisor,
    hash: sha256(desiredMeaning(programs, groups, supervisor)),
    git
  }
  const wandering =
    memory.last === null ? [] : unpredictable(desired.programs, evaluation, memory.last)
  memory.last = remember(desired.programs, evaluation)
  const findings = [...(yield* machineCheck(desired.programs)), ...wandering.map(wanders)]
  const warnings = yield* Effect.forEach(findings, locator.value)
  const loaded: Loaded = {
    desired,
    warnings: sortProblems([...problems, ...warnings]),
    inputs,
    unpredictable: wandering.map(({ name }) => name)
  }
  return loaded
})

const isError = ({ severity }: Problem): boolean => severity === "error"

const evaluateModules = Effect.fnUntraced(function* (scan: Scan, overlay: Overlay | null) {
  const evaluator = yield* Evaluator
  const { effectiveUid } = yield* Users
  if (scan.modules.length === 0) return emptyEvaluation
  const owners = effectiveUid === 0 ? [...new Set([0, ...scan.owners])] : null
  return yield* evaluator.evaluate({ entries: scan.modules, owners, overlay })
})

/** What evaluated files print is for their author: it goes to reeve's log, which the foreground shows. */
const logOutput = (output: Evaluation["output"]) =>
  Effect.forEach(
    output.split("\n").filter((line) => line.trim() !== ""),
    (line) => Effect.logInfo(`printed while evaluating: ${line}`),
    { discard: true }
  )

const betweenPrograms = Effect.fnUntraced(function* (
  programs: ReadonlyArray<Program>,
  groups: Desired["groups"],
  complete: boolean,
  locator: Locator
) {
  const { directory } = yield* Host
  const placeOf = ({ file, line }: Program["source"]) => `${displayPath(file, directory)}:${line}`
  return yield* Effect.forEach(crossCheck(programs, groups, placeOf, complete), (finding) =>
    finding.origin === "typescript"
      ? locator.value(finding)
      : Effect.succeed(atSource(finding, directory))
  )
})

const scanProblem = (problem: Scan["problems"][number], directory: string): Problem => ({
  severity: problem.severity,
  file: displayPath(problem.path, directory),
  line: null,
  column: null,
  message: problem.message,
  hint: problem.hint
})

const wanders = (program: Program): ValueFinding => ({
  severity: "warning",
  source: program.source,
  path: [],
  message:
    `"${program.name}" changed although none of its files did: it depends on the clock, on chance, ` +
    "or on something that is read without an import; it is held as it was",
  hint: "make the definition the same at each evaluation; import the files that it depends on"
})

const byName = (a: Program, b: Program): number =>
  byText(a.group, b.group) || byText(a.name, b.name)

/** Needs an Evaluator, and the services that tell about the machine. */
export const LoaderLive = Layer.effect(Loader, makeLoader)
