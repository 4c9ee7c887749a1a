import { existsSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import { fixture, loadAll, loadingLive, put, workspace } from "./loading.ts"

const pause = Schedule.spaced("20 millis")

/** The problems of one file, without its directory. */
const problemsOf = Effect.fnUntraced(function* (file: string) {
  const path = fixture(`bad/${file}`)
  const { text, loaded, inputs } = yield* loadAll([path])
  assert.include(inputs, path)
  return {
    text: text.replaceAll(/^\S*\/bad\//gm, ""),
    first: text.replace(/^\S*\/bad\//, "").split("\n")[0] ?? "",
    loaded
  }
})

/** File, where the first problem stands, and a part of its sentence. */
const refused: ReadonlyArray<readonly [string, string, string]> = [
  ["syntax.ts", "syntax.ts:3:51", "syntax error: Expected ',', got ']'"],
  ["syntax-js.mjs", "syntax-js.mjs:2:18", "syntax error: Unexpected token"],
  ["enum.ts", "enum.ts:2:1", "an enum cannot be used here"],
  ["namespace.ts", "namespace.ts:1:1", "a namespace declaration cannot be used here"],
  ["binary.ts", "binary.ts", "is a binary file"],
  ["throws-error.ts", "throws-error.ts:2:26", "RangeError: port 80 is reserved"],
  ["throws-text.ts", "throws-text.ts:2:1", "throws 'no more', which is not an Error"],
  ["throws-undefined.ts", "throws-undefined.ts:1:1", "throws undefined"],
  ["rejects.ts", "rejects.ts:2:21", "Error: nobody listens"],
  ["late-throw.ts", "late-throw.ts:3:9", "Error: after the fact"],
  ["waits.ts", "waits.ts:2:18", "waits for a promise that nothing will ever fulfil"],
  ["exits.ts", "exits.ts:2:9", "calls process.exit(3)"],
  ["kills-itself.ts", "kills-itself.ts:1:1", "ends its evaluation by SIGKILL"],
  ["closes-wire.ts", "closes-wire.ts:5:5", "ends its evaluation by SIGABRT"],
  ["endless-map.ts", "endless-map.ts:2:1", "needs more than 512 MB of memory"],
  ["huge-buffer.ts", "huge-buffer.ts:2:28", "RangeError: "],
  ["missing-import.ts", "missing-import.ts:2:1", 'imports "./gone.ts", and there is no file'],
  ["missing-package.ts", "missing-package.ts:2:1", "no such package is installed"],
  ["missing-name.ts", "missing-name.ts:1:25", "does not provide an export named 'definePorgram'"]
]

describe("bad files", () => {
  for (const [file, place, sentence] of refused) {
    it.live(`tells one clear problem of ${file}, at its place`, () =>
      Effect.gen(function* () {
        const { text, first, loaded } = yield* problemsOf(file)
        assert.isNull(loaded)
        assert.isTrue(first.startsWith(`${place}  error: `), first)
        assert.include(first, sentence)
        assert.equal(text.match(/ {2}error: /g)?.length, 1)
        // Half a gigabyte takes its time on a busy machine.
      }).pipe(Effect.provide(loadingLive({ timeoutMs: 45_000 })))
    )
  }

  it.live("ends an endless loop, and says which file it is in", () =>
    Effect.gen(function* () {
      const { first, loaded } = yield* problemsOf("endless-loop.ts")
      assert.isNull(loaded)
      // What was not even begun in time, on a busy machine, gets the longer time of a second attempt.
      assert.match(
        first,
        /^endless-loop\.ts:2:1 {2}error: takes longer than (0\.7|3) seconds to evaluate$/
      )
    }).pipe(Effect.provide(loadingLive({ timeoutMs: 700 })))
  )

  it.live("names each value that is no data, at the property", () =>
    Effect.gen(function* () {
      const { text } = yield* problemsOf("no-data.ts")
      for (const line of [
        "no-data.ts:11:3  error: command: is a function",
        "no-data.ts:12:18  error: environment.PORT: is an instance of Port",
        "no-data.ts:12:36  error: environment.WHEN: is an instance of Date",
        "no-data.ts:12:55  error: environment.LATER: is a promise",
        "no-data.ts:12:84  error: environment.BIG: is a bigint; write 3 without the n",
        "no-data.ts:13:3  error: priority: is NaN",
        "no-data.ts:14:3  error: stop.self: contains itself",
        "no-data.ts:15:7  error: directory: is a getter",
        "no-data.ts:10:20  error: the definition has a symbol as a key"
      ]) {
        assert.include(text, line)
      }
    }).pipe(Effect.provide(loadingLive()))
  )

  it.live("warns of an exported promise, and of a file that declares nothing", () =>
    Effect.gen(function* () {
      const promise = yield* problemsOf("promise.ts")
      assert.include(promise.text, 'promise.ts  warning: the export "default" is a promise')
      const empty = yield* problemsOf("empty.ts")
      assert.include(
        empty.text,
        "empty.ts  warning: declares nothing, and no other file imports it"
      )
      assert.isEmpty(empty.loaded?.desired.programs)
    }).pipe(Effect.provide(loadingLive()))
  )

  for (const file of ["closes-output.ts", "interval.ts"]) {
    it.live(`loads ${file} all the same`, () =>
      Effect.gen(function* () {
        const { loaded } = yield* problemsOf(file)
        assert.equal(loaded?.desired.programs.length, 1)
      }).pipe(Effect.provide(loadingLive()))
    )
  }

  it.live("ends what a file started", () =>
    Effect.gen(function* () {
      const { loaded } = yield* problemsOf("starts-child.ts")
      const pid = loaded?.desired.programs[0]?.instances[0]?.definition.description ?? ""
      assert.match(pid, /^\d+$/)
      yield* Effect.suspend(() =>
        existsSync(`/proc/${pid}/exe`) ? Effect.fail("alive") : Effect.void
      ).pipe(Effect.retry({ times: 100, schedule: pause }))
    }).pipe(Effect.provide(loadingLive()))
  )

  it.live("tells what is wrong in the other files, too, when one ends the evaluation", () =>
    Effect.gen(function* () {
      const path = yield* workspace({
        "a.ts": "throw new Error('first')",
        "b.ts": "process.kill(process.pid, 'SIGKILL')",
        "c.ts": "export const x = }",
        "d.ts": `import { defineProgram } from "reeve"\nexport default defineProgram({ comand: "x" } as never)`
      })
      const { text } = yield* loadAll([path])
      assert.include(text, "a.ts:1:7  error: Error: first")
      assert.include(text, "b.ts:1:1  error: ends its evaluation by SIGKILL")
      assert.include(text, "c.ts:1:18  error: syntax error")
      assert.match(text, /d\.ts:2:\d+ {2}error: .*comand/)
    }).pipe(Effect.provide(loadingLive()))
  )

  it.live("says that a directory is missing, and warns of an empty one", () =>
    Effect.gen(function* () {
      const path = yield* workspace({ "empty/readme.md": "" })
      const missing = yield* loadAll([`${path}/gone`])
      assert.isNull(missing.loaded)
      assert.include(missing.text, "gone  error: does not exist")
      const empty = yield* loadAll([`${path}/empty`])
      assert.isEmpty(empty.loaded?.desired.programs)
      assert.include(empty.text, "empty  warning: holds no file that ends in .ts")
    }).pipe(Effect.provide(loadingLive()))
  )

  it.live("tells names used twice across TypeScript and ini, and shared logs", () =>
    Effect.gen(function* () {
      const path = yield* workspace({
        "web.ts": `import { defineProgram } from "reeve"
export const web = defineProgram({ command: "sleep 1", logs: { stdout: { file: "/tmp/one.log" } } })
export const two = defineProgram({ command: "sleep 1", logs: { stdout: { file: "/tmp/one.log" } } })`,
        "web.ini": "[program:web]\ncommand=sleep 1\n"
      })
      const { text, loaded } = yield* loadAll([path])
      assert.isNull(loaded)
      assert.match(
        text,
        /web\.ini:1:1 {2}error: there is another program called "web", at \S+web\.ts:2/
      )
      assert.match(text, /web\.ts:3:\d+ {2}error: this program and "web".* write to one log file/)
    }).pipe(Effect.provide(loadingLive()))
  )

  it.live("treats names like __proto__ as names", () =>
    Effect.gen(function* () {
      const path = yield* workspace({})
      put(
        `${path}/names.ts`,
        `import { defineProgram } from "reeve"
export const __proto__ = defineProgram({ command: "sleep 1", environment: JSON.parse('{"__proto__": "x"}') })
export default defineProgram({ name: "../x", command: "sleep 1" })`
      )
      const { text, loaded } = yield* loadAll([path])
      const [program] = loaded?.desired.programs ?? []
      if (program === undefined) assert.match(text, /names\.ts:3:\d+ {2}error: name/)
      else
        assert.isTrue(
          Object.hasOwn(program.instances[0]?.definition.environment ?? {}, "__proto__")
        )
    }).pipe(Effect.provide(loadingLive()))
  )
})
