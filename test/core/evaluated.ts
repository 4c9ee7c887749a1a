import type { Decoded } from "../../src/config/Decoded.ts"
import { decode } from "../../src/config/decode.ts"
import type { Evaluated, EvaluatedObject } from "../../src/config/Evaluated.ts"
import type { ScaleOverride } from "../../src/domain/Actual.ts"

/** Objects as the evaluation child hands them over, each from a line of its own in /etc/reeve/programs/all.ts. */
export const evaluated = (
  objects: ReadonlyArray<Partial<EvaluatedObject> & Pick<EvaluatedObject, "input">>,
  faults: Evaluated["faults"] = []
): Evaluated => ({
  objects: objects.map((object, position) => ({
    type: "program",
    nameHint: null,
    source: { file: "/etc/reeve/programs/all.ts", line: position + 1, column: 1 },
    entry: "/etc/reeve/programs/all.ts",
    ...object
  })),
  faults,
  inputs: [],
  barren: []
})

export const decodeAll = (
  objects: Parameters<typeof evaluated>[0],
  scales: ReadonlyArray<ScaleOverride> = []
): Decoded => decode(evaluated(objects), { scales })

export const program = (input: object) => ({ type: "program" as const, input })
export const task = (input: object) => ({ type: "task" as const, input })
export const listener = (input: object) => ({ type: "listener" as const, input })
export const fastCgi = (input: object) => ({ type: "fastCgi" as const, input })
export const group = (input: object) => ({ type: "group" as const, input })

/** "message", or "message (hint)". */
export const said = (decoded: Decoded): ReadonlyArray<string> =>
  decoded.issues.map(({ message, hint }) => (hint === null ? message : `${message} (${hint})`))
