import { assert, describe, it } from "vitest"
import { countProblems, renderProblem, renderProblems } from "../../src/core/renderProblems.ts"
import type { Problem } from "../../src/domain/Problem.ts"

const problem = (parts: Partial<Problem>): Problem => ({
  severity: "error",
  file: "programs/web.ts",
  line: 3,
  column: 5,
  message: "stop.timeout: expected a duration",
  hint: null,
  ...parts
})
const plain = { color: false }

describe("problems as text", () => {
  it("names file, line and column, then says what is wrong", () => {
    const text = "programs/web.ts:3:5  error: stop.timeout: expected a duration"
    assert.equal(renderProblem(problem({}), plain), text)
  })

  it("puts the hint on a line of its own", () => {
    const [, hint] = renderProblem(problem({ hint: "did you mean stop?" }), plain).split("\n")
    assert.equal(hint, "    did you mean stop?")
  })

  it("leaves out what is not known", () => {
    const heads = [
      problem({ column: null }),
      problem({ line: null, column: null }),
      problem({ file: null, line: null, column: null })
    ].map((one) => renderProblem(one, plain).split("error")[0])
    assert.deepEqual(heads, ["programs/web.ts:3  ", "programs/web.ts  ", ""])
  })

  it("puts errors first, then goes by place", () => {
    const text = renderProblems(
      [
        problem({ severity: "warning", file: "a.ts" }),
        problem({ file: "b.ts", line: 10 }),
        problem({ file: "b.ts", line: 9 }),
        problem({ file: "a.ts" })
      ],
      plain
    )
    assert.deepEqual(
      text.split("\n").map((line) => line.split("  ")[0]),
      ["a.ts:3:5", "b.ts:9:5", "b.ts:10:5", "a.ts:3:5"]
    )
  })

  it("colours on demand only", () => {
    assert.include(renderProblem(problem({}), { color: true }), "\u001b[31merror:\u001b[0m")
    assert.notInclude(renderProblem(problem({}), plain), "\u001b")
  })

  it("lets no value steer the terminal or begin a line", () => {
    const text = renderProblem(
      problem({ message: "found \u001b[2J\nerror: lie", file: "a\nb.ts" }),
      plain
    )
    assert.equal(text, "a b.ts:3:5  error: found \\x1b[2J error: lie")
  })

  it("counts", () => {
    const warning = problem({ severity: "warning" })
    assert.equal(countProblems([problem({}), problem({}), warning]), "2 errors, 1 warning")
    assert.equal(countProblems([]), "")
  })
})
