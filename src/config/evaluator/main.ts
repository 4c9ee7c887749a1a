/**
 * The evaluation process (design 6.1): started ahead, it waits for one request, evaluates the entries one after the
 * other, and hands over what they define as data. Whatever a file does must end in a frame or in this process's death,
 * never in a wait: reeve ends the process group after the answer, or when time is up.
 */
import { cpus, hostname, platform, totalmem } from "node:os"
import { pathToFileURL } from "node:url"
import { hostSlot } from "../../domain/authoring/HostFacts.ts"
import { evaluatedObjects } from "../../domain/limits.ts"
import { entryPath } from "../../os/Entries.ts"
import { collect, type EntryExports } from "./collect.ts"
import { installHooks, isInternal, type Recording, Refused, warmCompiler } from "./hooks.ts"
import type { EvaluationRequest, RawEvaluation, RawProblem } from "./protocol.ts"
import { blank, problemOf } from "./trouble.ts"
import { receive, send } from "./wire.ts"

/** Problems in the order they were met, each once: many entries may import the one that fails. */
interface Report {
  readonly problems: Map<string, RawProblem>
  readonly seen: Set<unknown>
  entry: string
}

const add = (report: Report, problem: RawProblem): void => {
  const key = JSON.stringify(problem)
  if (report.problems.has(key)) return
  report.problems.set(key, problem)
  send({ kind: "problem", problem })
}

const note = (report: Report, thrown: unknown): void => {
  if (thrown === leaving || report.seen.has(thrown)) return
  if (thrown instanceof Error) report.seen.add(thrown)
  if (thrown instanceof Refused) for (const problem of thrown.problems) add(report, problem)
  else add(report, problemOf(thrown, report.entry, isInternal))
}

const leaving = new Error("process.exit was called")

/** process.exit in a file must not hide what is wrong with the others: it is reported, and ends that file only. */
const guardExits = (report: Report): void => {
  const leave = (code?: unknown): never => {
    const here = problemOf(new Error("here"), report.entry, isInternal)
    add(report, {
      ...here,
      message: `calls process.exit(${typeof code === "number" ? code : ""}); a definition only says what is to run`,
      hint: "throw new Error(…) to refuse a load"
    })
    throw leaving
  }
  process.exit = leave
  Reflect.set(process, "reallyExit", leave)
}

const evaluateEntry = async (entry: string): Promise<EntryExports | null> => {
  let wake = (): void => undefined
  const idle = new Promise<null>((resolve) => {
    // The turn of the loop that setImmediate asks for keeps the process alive for the other entries.
    wake = () => setImmediate(resolve, null)
  })
  process.once("beforeExit", wake)
  const loaded: Promise<object> = import(pathToFileURL(entry).href)
  const exports = await Promise.race([loaded, idle])
  process.removeListener("beforeExit", wake)
  return exports === null ? null : { entry, exports }
}

const evaluateAll = async (
  request: EvaluationRequest,
  report: Report
): Promise<ReadonlyArray<EntryExports>> => {
  const modules: Array<EntryExports> = []
  for (const entry of request.entries) {
    report.entry = entry
    send({ kind: "entry", file: entry })
    try {
      const module = await evaluateEntry(entry)
      if (module !== null) modules.push(module)
      else add(report, unsettled(entry))
    } catch (error) {
      note(report, error)
    }
    // Rejections that nobody handles are told at the end of a turn.
    await new Promise((resolve) => setImmediate(resolve))
  }
  return modules
}

const unsettled = (entry: string): RawProblem => ({
  ...blank(entry),
  message: "waits for a promise that nothing will ever fulfil",
  hint: null,
  seek: { kind: "await" }
})

const answer = (
  modules: ReadonlyArray<EntryExports>,
  report: Report,
  recording: Recording
): RawEvaluation => {
  const { objects, faults, barren, promises, overflow } = collect(modules)
  for (const { entry, name } of promises) {
    add(report, {
      ...blank(entry),
      severity: "warning",
      message: `the export "${name}" is a promise: what it will hold is not seen`,
      hint: "write await in front of it"
    })
  }
  if (overflow) {
    add(report, {
      ...blank(report.entry),
      message: `defines more than ${evaluatedObjects} objects`
    })
  }
  return {
    objects,
    faults,
    problems: [...report.problems.values(), ...recording.warnings.values()],
    inputs: [...recording.inputs],
    stamps: [...recording.stamps],
    imports: recording.imports,
    barren
  }
}

const main = async (): Promise<void> => {
  const recording = installHooks()
  const end = process.kill.bind(process, process.pid, "SIGKILL")
  Reflect.set(globalThis, hostSlot, {
    name: hostname(),
    cpus: cpus().length,
    memory: totalmem(),
    platform: platform()
  })
  warmCompiler()
  await import(pathToFileURL(entryPath("index")).href)
  const request = receive()
  if (isRequest(request)) {
    const report: Report = { problems: new Map(), seen: new Set(), entry: request.entries[0] ?? "" }
    recording.overlay = request.overlay ?? null
    recording.owners = request.owners === null ? null : new Set(request.owners)
    process.on("uncaughtException", (error) => note(report, error))
    process.on("unhandledRejection", (error) => note(report, error))
    guardExits(report)
    const modules = await evaluateAll(request, report)
    send({ kind: "done", result: answer(modules, report, recording) })
    // Blocks until reeve ends this group, or is itself gone.
    receive()
  }
  end()
}

const isRequest = (value: unknown): value is EvaluationRequest =>
  value !== null && typeof value === "object" && "entries" in value && "owners" in value

await main()
