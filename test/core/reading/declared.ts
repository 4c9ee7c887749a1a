/** Desired states from what definition files would say, each object with its file and line. */
import type { Desired } from "../../../src/domain/Desired.ts"
import { decodeAll, said } from "../evaluated.ts"
import { declare } from "../planning/world.ts"

type Input = Readonly<Record<string, unknown>> & { readonly name: string }

const at = (file: string, line: number, type: "program" | "task", input: Input) => ({
  type,
  input,
  source: { file: `programs/${file}.ts`, line, column: 1 }
})
export const program = (file: string, line: number, input: Input) =>
  at(file, line, "program", input)
export const task = (file: string, line: number, input: Input) => at(file, line, "task", input)

export const declared = (...objects: Parameters<typeof decodeAll>[0]): Desired => {
  const decoded = decodeAll(objects)
  const problems = said(decoded)
  if (problems.length > 0) throw new Error(problems.join("; "))
  return declare(...decoded.programs)
}
