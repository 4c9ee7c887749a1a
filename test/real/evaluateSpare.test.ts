import { spawn } from "node:child_process"
import { readdirSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import { Evaluator } from "../../src/config/evaluate.ts"
import { entryPath } from "../../src/os/Entries.ts"
import { loadAll, loadingLive, workspace } from "./loading.ts"

class NotYet extends Error {}

/** Living evaluation processes that a process started, by pid. */
const evaluatorsOf = (parent: number): ReadonlyArray<number> =>
  readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, "utf8")
        const [state, ppid] = stat.slice(stat.lastIndexOf(")") + 2).split(" ")
        const command = readFileSync(`/proc/${pid}/cmdline`, "utf8")
        return Number(ppid) === parent && state !== "Z" && command.includes(entryPath("evaluator"))
      } catch {
        return false
      }
    })

const eventually = (condition: () => boolean) =>
  Effect.suspend(() => (condition() ? Effect.void : Effect.fail(new NotYet()))).pipe(
    Effect.retry({ schedule: Schedule.spaced("20 millis"), times: 500 })
  )

describe("the spare evaluation process", () => {
  it.live("is let go when no load comes", () =>
    Effect.gen(function* () {
      const evaluator = yield* Evaluator
      yield* evaluator.warm
      yield* evaluator.warm
      assert.lengthOf(evaluatorsOf(process.pid), 1)
      yield* eventually(() => evaluatorsOf(process.pid).length === 0)
    }).pipe(Effect.provide(loadingLive({ spareMs: 300 })))
  )

  it.live("is replaced when it died meanwhile, without a word", () =>
    Effect.gen(function* () {
      const path = yield* workspace({
        "web.ts": `import { defineProgram } from "reeve"\nexport default defineProgram({ command: "sleep 1" })`
      })
      const evaluator = yield* Evaluator
      yield* evaluator.warm
      for (const pid of evaluatorsOf(process.pid)) process.kill(pid, "SIGKILL")
      const { loaded, text } = yield* loadAll([path])
      assert.equal(text, "")
      assert.lengthOf(loaded?.desired.programs ?? [], 1)
    }).pipe(Effect.scoped, Effect.provide(loadingLive()))
  )

  it.live("hands over all that files printed, together with what they define", () =>
    Effect.gen(function* () {
      const path = yield* workspace({
        "web.ts": `import { defineProgram } from "reeve"
          for (let line = 0; line < 40; line++) console.log("out " + line + " ".repeat(50))
          console.error("last words")
          export default defineProgram({ command: "sleep 1" })`
      })
      const evaluator = yield* Evaluator
      const { objects, output } = yield* evaluator.evaluate({
        entries: [`${path}/web.ts`],
        owners: null
      })
      assert.lengthOf(objects, 1)
      assert.include(output, "last words")
      const lines = output.split("\n").filter((line) => line.startsWith("out "))
      assert.deepStrictEqual(
        lines.map((line) => line.trim()),
        Array.from({ length: 40 }, (_, line) => `out ${line}`)
      )
    }).pipe(Effect.scoped, Effect.provide(loadingLive()))
  )

  it.live("ends with reeve, however that ends", () =>
    Effect.gen(function* () {
      const source = `
        import { spawn } from "node:child_process"
        spawn(process.execPath, [${JSON.stringify(entryPath("evaluator"))}], {
          detached: true,
          stdio: ["ignore", "ignore", "ignore", "pipe"]
        })`
      const parent = spawn(process.execPath, ["--input-type=module", "-e", source], {
        cwd: fileURLToPath(new URL("../..", import.meta.url)),
        stdio: "ignore"
      })
      const children = () => (parent.pid === undefined ? [] : evaluatorsOf(parent.pid))
      yield* eventually(() => children().length === 1)
      const [child = 0] = children()
      parent.kill("SIGKILL")
      yield* eventually(() => !isAlive(child))
    })
  )
})

const isAlive = (pid: number): boolean => {
  try {
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, "utf8"))
  } catch {
    return false
  }
}
