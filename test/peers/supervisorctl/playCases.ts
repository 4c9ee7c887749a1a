/** Both clients do the same to the same server, each from the same state, and what they print and return is compared. */
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { type Client, type Lab, makeLab, type Outcome, type RunOptions, settled } from "./Lab.ts"

export interface Case extends RunOptions {
  readonly name: string
  /** `DIR` stands for the server's directory, `PORT` for its port. */
  readonly args: ReadonlyArray<string>
  /** Not while the other client does the same. Implied by `before`. */
  readonly alone?: boolean
  /** Brings the server into the state that the case begins in; before each of the two. */
  readonly before?: (lab: Lab) => Promise<unknown>
  /** What of standard output is compared; all of it where this is not given. */
  readonly shown?: (stdout: string) => string
  /** The server does many things at once, and what it says of them comes as they happen to end. */
  readonly anyOrder?: boolean
  /** Looks at what must hold after each of the two. */
  readonly after?: (lab: Lab, client: Client) => Promise<unknown>
}

/** The words of a line, for cases without more. */
export const line = (text: string, options: Omit<Case, "name" | "args"> = {}): Case => ({
  name: text === "" ? "(nothing)" : text,
  args: text.split(" ").filter((word) => word !== ""),
  ...options
})

export const playCases = (
  title: string,
  config: string | (() => Promise<{ readonly config: string; readonly port: number }>),
  cases: ReadonlyArray<Case>,
  prepare: (lab: Lab) => Promise<unknown> = async () => undefined
): void => {
  describe(title, () => {
    let lab: Lab | null = null
    let port = 0
    beforeAll(async () => {
      const given = typeof config === "string" ? { config, port: 0 } : await config()
      lab = makeLab(given.config)
      port = given.port
      await lab.start()
      await prepare(lab)
    })
    afterAll(() => lab?.end())
    it.for(cases)("$name", async (one) => {
      if (lab === null) throw new Error("there is no server")
      const at = lab
      const play = async (client: Client) => {
        await one.before?.(at)
        const args = one.args.map((word) =>
          word.replaceAll("DIR", at.directory).replaceAll("PORT", String(port))
        )
        const outcome = settled(await at.run(client, args, one))
        await one.after?.(at, client)
        return compared(one, outcome)
      }
      if (one.alone !== true && one.before === undefined) {
        const [theirs, ours] = await Promise.all([play("theirs"), play("ours")])
        return assert.deepEqual(ours, theirs)
      }
      const theirs = await play("theirs")
      assert.deepEqual(await play("ours"), theirs)
    })
  })
}

const compared = (one: Case, { code, stderr, stdout }: Outcome): Outcome => {
  // Members of a group that end at the same moment have no order.
  const ofGroup = one.args.some((word) => word.endsWith(":*") || word.endsWith(":"))
  const anyOrder = ofGroup || one.anyOrder === true
  const shown = one.shown?.(stdout) ?? (anyOrder ? sortedLines(stdout) : stdout)
  // Where Ctrl-C meets supervisorctl is chance: some places add a line break, others a complaint on standard error.
  if (one.interruptAt !== undefined) return { code, stdout: shown.trimEnd(), stderr: "" }
  // Of several errors the last one makes the code.
  const chance = one.anyOrder === true && code === codeOfLastError(stdout)
  return { code: chance ? 1 : code, stdout: shown, stderr }
}

/** 7 where the process did not come up, 1 for what kept it from being started; null: there is no error. */
const codeOfLastError = (stdout: string): number | null => {
  const last = stdout.split("\n").findLast((text) => text.includes(": ERROR ("))
  if (last === undefined) return null
  return last.endsWith("ERROR (spawn error)") || last.endsWith("ERROR (abnormal termination)")
    ? 7
    : 1
}

const sortedLines = (stdout: string): string => stdout.split("\n").sort().join("\n")
