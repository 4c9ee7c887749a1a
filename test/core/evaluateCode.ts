import type { EvaluatedObject } from "../../src/config/Evaluated.ts"
import * as reeve from "../../src/index.ts"

const types = {
  "reeve/program": "program",
  "reeve/task": "task",
  "reeve/listener": "listener",
  "reeve/fastCgi": "fastCgi",
  "reeve/group": "group",
  "reeve/supervisor": "supervisor"
} as const

const source = { file: "/x.ts", line: 1, column: 1 }

/** Evaluates what was written, as the evaluation of program files does, but in this process. */
export const evaluateCode = (code: string): ReadonlyArray<EvaluatedObject> => {
  const body = code.replace(/^import \{([^}]*)\} from "reeve"\n/, "const {$1} = reeve\n")
  const run = new Function(
    "reeve",
    "found",
    body.replace(/^export const (\S+) = /gm, "found.$1 = ")
  )
  const found: Record<string, reeve.Defined> = Object.create(null)
  run(reeve, found)
  return Object.entries(found).map(([name, { input, type }]) => ({
    type: types[type],
    input: JSON.parse(JSON.stringify(input)),
    nameHint: name,
    source,
    entry: source.file
  }))
}
