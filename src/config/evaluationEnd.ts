/** How an evaluation ended that gave no answer, in the words of a file's author, and what to look for in the file. */
import { evaluationHeapMb } from "../domain/limits.ts"
import type { EvaluatorEnd } from "../os/EvaluatorProcess.ts"
import type { RawProblem } from "./evaluator/protocol.ts"

export interface EvaluationDeath {
  /** The file that was being evaluated. */
  readonly file: string
  /** Null: time was up. */
  readonly end: EvaluatorEnd | null
  readonly timeoutMs: number
  readonly outOfMemory: boolean
}

export const deathProblem = (death: EvaluationDeath): RawProblem => ({
  severity: "error",
  file: death.file,
  line: null,
  column: null,
  hint: null,
  seek: null,
  ...textOf(death)
})

type Text = Pick<RawProblem, "message"> & Partial<Pick<RawProblem, "hint" | "seek">>

const loop = { kind: "loop" } as const

const textOf = ({ end, timeoutMs, outOfMemory }: EvaluationDeath): Text => {
  if (end === null) {
    return {
      message: `takes longer than ${timeoutMs / 1000} seconds to evaluate`,
      hint: "look for a loop that does not end, or an await that takes long",
      seek: loop
    }
  }
  if (outOfMemory) {
    return {
      message: `needs more than ${evaluationHeapMb} MB of memory to evaluate`,
      hint: "look for a collection that grows without end",
      seek: loop
    }
  }
  switch (end.how) {
    case "failed":
      return {
        message: `cannot be evaluated: the process for it does not start (${end.failure})`,
        hint: end.failure === "EAGAIN" ? "too many processes run; see ulimit -u" : null
      }
    case "broken":
      return { message: "hands over more than an evaluation may, or writes into reeve's own pipe" }
    case "answered":
    case "exited":
      return end.signal === null
        ? { message: `ends its evaluation with exit code ${end.code}` }
        : signalText(end.signal)
  }
}

const signalText = (signal: string): Text => {
  const message = `ends its evaluation by ${signal}`
  switch (signal) {
    case "SIGXCPU":
      return { message, hint: "look for a loop that does not end", seek: loop }
    case "SIGABRT":
    case "SIGSEGV":
    case "SIGBUS":
      return {
        message,
        hint: "does it close descriptors that it did not open, or run native code?",
        seek: { kind: "call", names: ["closeSync", "abort"] }
      }
    default:
      return {
        message,
        hint: "does it kill its own process, or is the machine out of memory?",
        seek: { kind: "call", names: ["kill"] }
      }
  }
}
