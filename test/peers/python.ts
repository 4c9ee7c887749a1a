/** Questions to Python's own rules, in one process for all of them, and the cases to ask about. */
import { execFile, execFileSync } from "node:child_process"
import { existsSync } from "node:fs"
import { fileURLToPath } from "node:url"

/** The same cases at every run; a failure shows its case. */
export const random = (seed: number) => {
  let state = seed >>> 0
  return (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}
export type Random = ReturnType<typeof random>

export const oneOf = <A>(next: Random, choices: ReadonlyArray<A>): A => {
  const chosen = choices[next(choices.length)]
  if (chosen === undefined) throw new Error("nothing to choose from")
  return chosen
}

export const many = (next: Random, most: number, make: () => string): string =>
  Array.from({ length: next(most + 1) }, make).join("")

/** Debian's own python3 has Debian's supervisor; another one can only answer for Python itself. */
const python = existsSync("/usr/bin/python3") ? "/usr/bin/python3" : "python3"

export const ask = (questions: ReadonlyArray<object>): ReadonlyArray<unknown> => {
  const script = fileURLToPath(new URL("./iniDialect.py", import.meta.url))
  const output = execFileSync(python, [script], {
    input: questions.map((question) => `${JSON.stringify(question)}\n`).join(""),
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024
  })
  return answersOf(output)
}

const answersOf = (output: string): ReadonlyArray<unknown> =>
  output
    .trimEnd()
    .split("\n")
    .map((line): unknown => JSON.parse(line))

/** What supervisord makes of whole configurations, worked out beside whatever the test does meanwhile. */
export const askSupervisord = (
  questions: ReadonlyArray<object>
): Promise<ReadonlyArray<unknown>> => {
  const script = fileURLToPath(new URL("./iniConfiguration.py", import.meta.url))
  return new Promise((resolve, reject) => {
    const child = execFile(
      python,
      ["-W", "ignore", script],
      { encoding: "utf8", maxBuffer: 1024 * 1024 * 1024, env: { PYTHONHASHSEED: "0" } },
      (error, output) => (error === null ? resolve(answersOf(output)) : reject(error))
    )
    child.stdin?.end(questions.map((question) => `${JSON.stringify(question)}\n`).join(""))
  })
}
