/**
 * Evaluates modules in a process of their own (design 6.1), and says in the user's words how it ended when it did not
 * answer. Nothing that a file does reaches reeve but data and problems; a process that died is told by the file that it
 * was evaluating, and the others are tried again, so that one file does not hide what is wrong with the rest.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as FiberHandle from "effect/FiberHandle"
import * as Layer from "effect/Layer"
import {
  evaluationRetries,
  evaluationRetryMs,
  evaluationSpareMs,
  evaluationTimeoutMs
} from "../domain/limits.ts"
import { type EvaluatorProcess, startEvaluator } from "../os/EvaluatorProcess.ts"
import { Host } from "../os/Host.ts"
import { deathProblem } from "./evaluationEnd.ts"
import type { EvaluationRequest, Frame, RawEvaluation, RawProblem } from "./evaluator/protocol.ts"

export interface Evaluation extends RawEvaluation {
  /** What the files printed. */
  readonly output: string
}

export class Evaluator extends Context.Service<
  Evaluator,
  {
    /** Never fails: whatever goes wrong is a problem of the result, which then defines nothing. */
    readonly evaluate: (request: EvaluationRequest) => Effect.Effect<Evaluation>
    /** A load is near: a process is started ahead of it, and kept ready between loads from now on. */
    readonly warm: Effect.Effect<void>
  }
>()("reeve/config/Evaluator") {}

export interface EvaluatorLimits {
  readonly timeoutMs: number
  readonly retryMs: number
  readonly spareMs: number
}

const usualLimits: EvaluatorLimits = {
  timeoutMs: evaluationTimeoutMs,
  retryMs: evaluationRetryMs,
  spareMs: evaluationSpareMs
}

const makeEvaluator = Effect.fnUntraced(function* (limits: EvaluatorLimits) {
  const host = yield* Host
  const timer = yield* FiberHandle.make<void>()
  let spare: EvaluatorProcess | null = null
  let keepWarm = false
  const start = startEvaluator({ environment: host.environment, directory: host.directory })
  const letGo = Effect.suspend(() => {
    const idle = spare
    spare = null
    return idle === null ? Effect.void : idle.end
  })
  yield* Effect.addFinalizer(() => letGo)

  const prepare = Effect.gen(function* () {
    if (spare?.alive() !== true) spare = yield* start
  })
  const take = Effect.suspend(() => {
    const ready = spare
    spare = null
    return ready?.alive() === true ? Effect.succeed(ready) : start
  })
  const keep = (delay: number) =>
    FiberHandle.run(
      timer,
      Effect.sleep(delay).pipe(
        Effect.andThen(prepare),
        Effect.andThen(Effect.sleep(limits.spareMs)),
        Effect.andThen(letGo)
      )
    )

  return {
    warm: Effect.gen(function* () {
      keepWarm = true
      yield* prepare
      yield* keep(0)
    }),
    evaluate: (request: EvaluationRequest) =>
      evaluateWith(take, request, limits).pipe(
        Effect.ensuring(Effect.suspend(() => (keepWarm ? keep(afterLoadMs) : Effect.void)))
      )
  }
})

/** The next spare starts when what the load leads to has begun: processes come first. And soon enough for the next save. */
const afterLoadMs = 200

const evaluateWith = Effect.fnUntraced(function* (
  take: Effect.Effect<EvaluatorProcess>,
  request: EvaluationRequest,
  limits: EvaluatorLimits
) {
  const deaths: Array<RawProblem> = []
  const inputs = new Set<string>(request.entries)
  let entries = request.entries
  for (let attempt = 0; ; attempt++) {
    const timeoutMs = attempt === 0 ? limits.timeoutMs : limits.retryMs
    const tried = yield* once(take, { ...request, entries }, timeoutMs)
    for (const file of tried.inputs) inputs.add(file)
    if (tried.answer !== null) {
      const problems = [...deaths, ...tried.answer.problems]
      return { ...tried.answer, inputs: [...inputs], problems, output: tried.output }
    }
    if (!tried.begun && attempt === 0) continue
    deaths.push(tried.culprit)
    entries = entries.filter((entry) => entry !== tried.culprit.file)
    if (attempt >= evaluationRetries || entries.length === 0) {
      const problems = [...deaths, ...tried.problems]
      return { ...emptyEvaluation, inputs: [...inputs], problems, output: tried.output }
    }
  }
})

/** Of no files. */
export const emptyEvaluation: Evaluation = {
  output: "",
  objects: [],
  faults: [],
  problems: [],
  inputs: [],
  stamps: [],
  imports: [],
  barren: []
}

interface Attempted {
  readonly inputs: ReadonlyArray<string>
  readonly problems: ReadonlyArray<RawProblem>
  readonly output: string
}

/** Answered, or ended by a file. */
type Attempt = Attempted &
  (
    | { readonly answer: RawEvaluation }
    | {
        readonly answer: null
        readonly culprit: RawProblem
        /** False: the process was gone before it came to a file, so that none is to blame. */
        readonly begun: boolean
      }
  )

const answered = (attempted: Attempted, answer: RawEvaluation): Attempt => ({
  ...attempted,
  answer
})

const once = Effect.fnUntraced(function* (
  take: Effect.Effect<EvaluatorProcess>,
  request: EvaluationRequest,
  timeoutMs: number
) {
  const child = yield* take
  const end = yield* child.ask(request, isDone).pipe(
    Effect.timeoutOrElse({ duration: timeoutMs, orElse: () => Effect.succeed(null) }),
    Effect.onExit(() => child.end)
  )
  // How one that answered ends is of no interest; one that did not may have printed why.
  yield* end?.how === "answered"
    ? child.drained
    : child.closed.pipe(Effect.timeoutOrElse({ duration: closeWaitMs, orElse: () => Effect.void }))
  const frames = child.frames().filter(isFrame)
  const { text, outOfMemory } = child.output()
  const attempted: Attempted = {
    inputs: frames.flatMap((frame) => (frame.kind === "input" ? [frame.file] : [])),
    problems: frames.flatMap((frame) => (frame.kind === "problem" ? [frame.problem] : [])),
    // A crash of Node prints its own inside, which is no help to the author of a file.
    output: outOfMemory || end?.signal === "SIGABRT" ? "" : text
  }
  const done = frames.find((frame) => frame.kind === "done")
  if (done !== undefined) return answered(attempted, done.result)
  const current = frames.findLast((frame) => frame.kind === "entry")
  const file = current?.file ?? request.entries[0] ?? ""
  const attempt: Attempt = {
    ...attempted,
    answer: null,
    begun: current !== undefined,
    culprit: deathProblem({ file, end, timeoutMs, outOfMemory })
  }
  return attempt
})

/** A killed process is closed in a few milliseconds; what it printed is not worth a longer wait. */
const closeWaitMs = 200

/** The process runs reeve's code, but also the user's: what it says is looked at before it is believed. */
const isFrame = (frame: unknown): frame is Frame => {
  if (frame === null || typeof frame !== "object" || !("kind" in frame)) return false
  switch (frame.kind) {
    case "entry":
    case "input":
      return "file" in frame && typeof frame.file === "string"
    case "problem":
      return "problem" in frame && frame.problem !== null && typeof frame.problem === "object"
    case "done":
      return "result" in frame && isResult(frame.result)
    default:
      return false
  }
}

const isDone = (frame: unknown): boolean => isFrame(frame) && frame.kind === "done"

const resultLists = ["objects", "faults", "problems", "inputs", "stamps", "imports", "barren"]

const isResult = (value: unknown): boolean =>
  value !== null &&
  typeof value === "object" &&
  resultLists.every((key) => Array.isArray(Reflect.get(value, key)))

export const evaluatorLive = (limits: Partial<EvaluatorLimits> = {}) =>
  Layer.effect(Evaluator, makeEvaluator({ ...usualLimits, ...limits }))

export const EvaluatorLive = evaluatorLive()
