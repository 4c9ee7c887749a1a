import { chmodSync, chownSync, symlinkSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Evaluator } from "../../src/config/evaluate.ts"
import { fixture, loadAll, loadingLive, put, workspace } from "./loading.ts"

const program = (rest = "") =>
  `import { defineProgram } from "reeve"\nexport default defineProgram({ command: "sleep 1"${rest} })\n`

const asRoot = process.geteuid?.() === 0

describe("loading", () => {
  it.live("takes exports, arrays and records, names them, and counts an object once", () =>
    Effect.gen(function* () {
      const { loaded, text } = yield* loadAll([fixture("good")])
      assert.equal(text, "")
      const names = loaded?.desired.programs.map(({ group, name }) => `${group}/${name}`)
      assert.deepEqual(names, ["b/b", "e/e", "team/a", "team/c", "web/web"])
    }).pipe(Effect.provide(loadingLive()))
  )

  it.live("knows every file that took part, packages included", () =>
    Effect.gen(function* () {
      const { inputs } = yield* loadAll([fixture("good")])
      for (const name of ["web.ts", "shared.ts", "many.ts", "barrel.ts"]) {
        assert.include(inputs, fixture(`good/${name}`))
      }
      assert.isTrue(inputs.some((path) => path.endsWith("effect/dist/Duration.js")))
    }).pipe(Effect.provide(loadingLive()))
  )

  it.live("finds reeve and takes .ts as a module where no package is", () =>
    Effect.gen(function* () {
      const path = yield* workspace({
        "web.ts": program(),
        "package.json": '{ "type": "commonjs" }',
        "sub/deep/more.mts": program(),
        "sub/plain.mjs": program(),
        "sub/types.d.ts": "export declare const a: number",
        "node_modules/x/index.js": "throw new Error('not an entry')",
        ".hidden/b.ts": "throw new Error('not an entry')",
        ".#web.ts": "throw new Error('not an entry')"
      })
      const { loaded, text } = yield* loadAll([path])
      assert.equal(text, "")
      const names = loaded?.desired.programs.map(({ name }) => name)
      assert.deepEqual(names, ["more", "plain", "web"])
    }).pipe(Effect.provide(loadingLive()))
  )

  it.live("evaluates anew at each load, and gives equal hashes for equal meaning", () =>
    Effect.gen(function* () {
      const path = yield* workspace({ "web.ts": program() })
      const first = yield* loadAll([path])
      put(`${path}/web.ts`, `// moved\n\n${program()}`)
      const moved = yield* loadAll([path])
      put(`${path}/web.ts`, program(", priority: 5"))
      const changed = yield* loadAll([path])
      assert.equal(moved.loaded?.desired.hash, first.loaded?.desired.hash)
      assert.notEqual(changed.loaded?.desired.hash, first.loaded?.desired.hash)
      assert.equal(changed.loaded?.desired.programs[0]?.instances[0]?.definition.priority, 5)
    }).pipe(Effect.provide(loadingLive()))
  )

  it.live("reaches a file through a link under its real name only", () =>
    Effect.gen(function* () {
      const path = yield* workspace({ "programs/web.ts": program() })
      symlinkSync("web.ts", `${path}/programs/alias.ts`)
      symlinkSync(".", `${path}/programs/loop`)
      const { loaded } = yield* loadAll([`${path}/programs`])
      assert.deepEqual(
        loaded?.desired.programs.map(({ name }) => name),
        ["web"]
      )
    }).pipe(Effect.provide(loadingLive()))
  )

  it.live("points at the property at fault, in an imported constant's file or in the literal", () =>
    Effect.gen(function* () {
      const path = yield* workspace({
        "a.ts": `import { defineProgram } from "reeve"
const stop = {
  timeout: "10 parsecs"
} as never
export const a = defineProgram({
  command: "sleep 1",
  stop,
  autostat: true
} as never)
`
      })
      const { text } = yield* loadAll([path])
      assert.match(text, /a\.ts:3:3 {2}error: stop\.timeout/)
      assert.match(text, /a\.ts:8:3 {2}error: autostat/)
    }).pipe(Effect.provide(loadingLive()))
  )

  it.live("says that the position is that of the call where the value is computed", () =>
    Effect.gen(function* () {
      const path = yield* workspace({
        "a.ts": `import { defineProgram } from "reeve"
const make = (options: object) => defineProgram(options as never)
export const a = make({ command: "sleep 1", priority: "high" })
`
      })
      const { text } = yield* loadAll([path])
      assert.match(text, /a\.ts:2:35 {2}error: priority.*\(in the defineProgram call here\)/)
    }).pipe(Effect.provide(loadingLive()))
  )

  it.live("holds a program that changes by itself, and no other", () =>
    Effect.gen(function* () {
      const path = yield* workspace({
        "clock.ts": program(", description: String(process.hrtime.bigint())"),
        "web.ts": program()
      })
      const first = yield* loadAll([path])
      assert.deepEqual(first.loaded?.unpredictable, [])
      put(`${path}/web.ts`, program(", priority: 5"))
      const second = yield* loadAll([path])
      assert.deepEqual(second.loaded?.unpredictable, ["clock"])
      assert.include(second.text, '"clock" changed although none of its files did')
      put(`${path}/clock.ts`, program(", description: String(process.hrtime.bigint() + 1n)"))
      const third = yield* loadAll([path])
      assert.deepEqual(third.loaded?.unpredictable, [])
    }).pipe(Effect.provide(loadingLive()))
  )

  it.live("warns of what this machine lacks", () =>
    Effect.gen(function* () {
      const path = yield* workspace({
        "a.ts": `import { defineProgram } from "reeve"
export const a = defineProgram({ command: "no-such-command-here",
  user: "nobody-of-that-name" })
export const b = defineProgram({ command: "no-such-command-here",
  logs: { stdout: { file: "/no/such/directory/b.log" } } })
export const c = defineProgram({ command: "sleep 1",
  directory: "/no/such/directory" })`
      })
      const { text, loaded } = yield* loadAll([path])
      assert.lengthOf(loaded?.desired.programs ?? [], 3)
      assert.match(text, /a\.ts:3:3 {2}warning: user: there is no user "nobody-of-that-name"/)
      assert.match(
        text,
        /a\.ts:4:34 {2}warning: command: "no-such-command-here" is in no directory/
      )
      assert.match(text, /a\.ts:5:21 {2}warning: logs\.stdout\.file: there is no directory/)
      assert.match(text, /a\.ts:7:3 {2}warning: directory: there is no directory/)
    }).pipe(Effect.provide(loadingLive()))
  )

  it.live("loads 5,000 programs of one file", () =>
    Effect.gen(function* () {
      const path = yield* workspace({
        "many.ts": `import { defineProgram } from "reeve"
export default Array.from({ length: 5000 }, (_, n) => defineProgram({ name: \`p\${n}\`, command: ["sleep", String(n)] }))`
      })
      const { loaded } = yield* loadAll([path])
      assert.lengthOf(loaded?.desired.programs ?? [], 5000)
    }).pipe(Effect.provide(loadingLive()))
  )

  it.live("answers from a spare process as from a new one", () =>
    Effect.gen(function* () {
      const path = yield* workspace({ "web.ts": program() })
      const evaluator = yield* Evaluator
      yield* evaluator.warm
      for (let round = 0; round < 3; round++) {
        const { loaded } = yield* loadAll([path])
        assert.lengthOf(loaded?.desired.programs ?? [], 1)
      }
    }).pipe(Effect.provide(loadingLive()))
  )
})

describe("loading as root", () => {
  /** Another user runs programs with its own rights only, so that nothing is refused then. */
  const rule = asRoot ? "heeds" : "does not look at"

  it.live(`${rule} who can write the files, entries and imports alike`, () =>
    Effect.gen(function* () {
      const path = yield* workspace({
        "open.ts": program(),
        "imports.ts": `import "./lib/other.ts"\n${program()}`,
        "lib/other.ts": "console.log('evaluated')",
        "x.ini": "[program:x]\ncommand=sleep 1\n"
      })
      chmodSync(path, 0o755)
      chmodSync(`${path}/open.ts`, 0o666)
      chmodSync(`${path}/lib`, 0o777)
      chmodSync(`${path}/x.ini`, 0o646)
      const { text, loaded } = yield* loadAll([path])
      assert.equal(loaded === null, asRoot)
      assert.equal(/open\.ts {2}error: .*every user can write it/.test(text), asRoot)
      assert.equal(/lib {2}error: .*every user can write that directory/.test(text), asRoot)
      assert.equal(/x\.ini {2}error: .*every user can write it/.test(text), asRoot)
    }).pipe(Effect.provide(loadingLive()))
  )

  it.live(`${rule} whose the files are`, () =>
    Effect.gen(function* () {
      const path = yield* workspace({ "foreign/web.ts": program(), "owned/web.ts": program() })
      chmodSync(path, 0o755)
      give(`${path}/foreign/web.ts`)
      give(`${path}/owned`)
      give(`${path}/owned/web.ts`)
      chmodSync(`${path}/owned/web.ts`, 0o664)
      const foreign = yield* loadAll([`${path}/foreign`])
      assert.equal(/web\.ts {2}error: .*belongs to uid 65534/.test(foreign.text), asRoot)
      const owned = yield* loadAll([`${path}/owned`])
      assert.lengthOf(owned.loaded?.desired.programs ?? [], 1)
      assert.equal(/web\.ts {2}warning: .*the group of/.test(owned.text), asRoot)
    }).pipe(Effect.provide(loadingLive()))
  )
})

const give = (path: string): void => {
  if (asRoot) chownSync(path, 65_534, 65_534)
}
