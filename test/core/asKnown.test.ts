import { assert, describe, it } from "@effect/vitest"
import { asKnown } from "../../src/core/asKnown.ts"
import { declare, program } from "./planning/world.ts"

const web = (umask: number) => program({ name: "web", definition: { umask } })
const db = program({ name: "db", definition: { umask: 7 } })

/** As another writes it: all fields in the opposite order. */
const backwards = (_: string, value: unknown): unknown =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).toReversed())
    : value
const sent = <A>(value: A): A => JSON.parse(JSON.stringify(value, backwards))

describe("what came from elsewhere", () => {
  it("has the objects that are known where programs are equal, in whatever order their fields are", () => {
    const known = declare(web(1), db)
    const came = sent(declare(web(2), db))
    const { programs, ...others } = asKnown(came, [known])
    assert.deepEqual(
      programs.map((one) => known.programs.includes(one)),
      came.programs.map(({ name }) => name === "db")
    )
    assert.deepEqual({ programs, ...others }, came)
  })

  it("has what the first of those says that has it", () => {
    const [first, second] = [declare(web(1), db), declare(web(2), sent(db))]
    const { programs } = asKnown(sent(declare(web(2), db)), [first, second])
    const of = (name: string, { programs: all } = second) => all.find((one) => one.name === name)
    assert.strictEqual(
      programs.find(({ name }) => name === "web"),
      of("web")
    )
    assert.strictEqual(
      programs.find(({ name }) => name === "db"),
      of("db", first)
    )
  })

  it("stays as it came where a program has another place in the file, more fields, or is new", () => {
    const known = declare(web(1))
    const [one] = known.programs
    assert.isDefined(one)
    const moved = { ...one, source: { ...one.source, line: one.source.line + 1 } }
    const longer = { ...one, written: "{}" }
    for (const program of [moved, longer, { ...one, name: "other" }]) {
      assert.strictEqual(asKnown({ ...known, programs: [program] }, [known]).programs[0], program)
    }
  })
})
