/** A question to who sits at the terminal, on standard error, so that output stays what it is. */
import * as Effect from "effect/Effect"

/** Whether there is somebody to ask. */
export const canAsk = (): boolean => process.stdin.isTTY === true && process.stderr.isTTY === true

/** True for `y` and `yes` only. Ctrl-C and the end of input are a no. */
export const confirm = (question: string): Effect.Effect<boolean> =>
  Effect.callback<boolean>((resume) => {
    const { createInterface } = process.getBuiltinModule("node:readline")
    const lines = createInterface({ input: process.stdin, output: process.stderr })
    const answer = (yes: boolean) => {
      resume(Effect.succeed(yes))
      lines.close()
    }
    lines.on("close", () => answer(false))
    lines.question(`${question} [y/N] `, (text) => answer(/^y(es)?$/i.test(text.trim())))
    return Effect.sync(() => lines.close())
  })
