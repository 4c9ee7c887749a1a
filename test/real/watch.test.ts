import { execFileSync } from "node:child_process"
import { mkdirSync, renameSync, rmSync, truncateSync, writeFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"
import { Watcher } from "../../src/config/Watcher.ts"
import { loadingLive, put, workspace } from "./loading.ts"

/** Watches, and counts the signals. */
const watching = Effect.fnUntraced(function* (entries: ReadonlyArray<string>) {
  const watcher = yield* Watcher
  const seen = { signals: 0, lastAt: 0 }
  const changes = yield* watcher.changes(entries)
  yield* Stream.runForEach(changes, () =>
    Effect.sync(() => {
      seen.signals += 1
      seen.lastAt = performance.now()
    })
  ).pipe(Effect.forkScoped({ startImmediately: true }))
  return { seen, watchAlso: watcher.watchAlso }
})

class NotYet extends Error {}

/**
 * One signal for what was done, when it is done, and nothing more in the time in which it would have come. A busy machine may
 * tell the two halves of one write (emptied, filled) so late that there is a second signal; never more.
 */
const tellsOnce = Effect.fnUntraced(function* (
  seen: { readonly signals: number; readonly lastAt: number },
  change: Effect.Effect<void>
) {
  const before = seen.signals
  yield* change
  const done = performance.now()
  yield* Effect.suspend(() =>
    seen.signals > before && seen.lastAt >= done ? Effect.void : Effect.fail(new NotYet())
  ).pipe(Effect.retry({ schedule: Schedule.spaced("10 millis"), times: 1000 }))
  yield* Effect.sleep("700 millis")
  assert.isAtMost(seen.signals, before + 2)
})

const text = "export const a = 1\n"

describe("watching", () => {
  it.live("tells a saved file once", () =>
    Effect.gen(function* () {
      const path = yield* workspace({ "web.ts": text })
      const { seen } = yield* watching([path])
      yield* tellsOnce(
        seen,
        Effect.sync(() => {
          writeFileSync(`${path}/web.ts`, `${text}// changed`)
        })
      )
    }).pipe(Effect.scoped, Effect.provide(loadingLive()))
  )

  it.live("tells a file once that an editor replaces, or writes in two steps", () =>
    Effect.gen(function* () {
      const path = yield* workspace({ "web.ts": text })
      const { seen } = yield* watching([path])
      yield* tellsOnce(
        seen,
        Effect.sync(() => {
          writeFileSync(`${path}/.web.ts.swp`, "swap")
          writeFileSync(`${path}/web.ts~new`, `${text}// replaced`)
          renameSync(`${path}/web.ts~new`, `${path}/web.ts`)
        })
      )
      yield* tellsOnce(
        seen,
        Effect.gen(function* () {
          renameSync(`${path}/web.ts`, `${path}/web.ts~`)
          yield* Effect.sleep("40 millis")
          writeFileSync(`${path}/web.ts`, `${text}// moved`)
        })
      )
      yield* tellsOnce(
        seen,
        Effect.gen(function* () {
          truncateSync(`${path}/web.ts`)
          yield* Effect.sleep("100 millis")
          writeFileSync(`${path}/web.ts`, `${text}// written`)
        })
      )
    }).pipe(Effect.scoped, Effect.provide(loadingLive()))
  )

  it.live("tells a new file, a removed file, and files in new directories", () =>
    Effect.gen(function* () {
      const path = yield* workspace({ "web.ts": text })
      const { seen } = yield* watching([path])
      for (const change of [
        () => put(`${path}/new.ts`, text),
        () => put(`${path}/deep/er/new.ts`, text),
        () => put(`${path}/deep/er/new.ts`, `${text}//`),
        () => rmSync(`${path}/new.ts`),
        () => rmSync(`${path}/deep`, { recursive: true })
      ]) {
        yield* tellsOnce(
          seen,
          Effect.sync(() => {
            change()
          })
        )
      }
    }).pipe(Effect.scoped, Effect.provide(loadingLive()))
  )

  it.live("does not tell of files that no load reads", () =>
    Effect.gen(function* () {
      const path = yield* workspace({ "web.ts": text, "node_modules/x/index.js": text })
      const { seen } = yield* watching([path])
      put(`${path}/web.log`, "a line")
      put(`${path}/.git/HEAD`, "ref")
      put(`${path}/node_modules/x/index.js`, `${text}//`)
      put(`${path}/web.ts~`, text)
      yield* Effect.sleep("500 millis")
      assert.equal(seen.signals, 0)
    }).pipe(Effect.scoped, Effect.provide(loadingLive()))
  )

  it.live("tells of inputs elsewhere, hidden ones and missing ones included", () =>
    Effect.gen(function* () {
      const path = yield* workspace({
        "programs/web.ts": text,
        "lib/a.ts": text,
        "programs/.env": ""
      })
      const { seen, watchAlso } = yield* watching([`${path}/programs`])
      yield* watchAlso([
        `${path}/programs/web.ts`,
        `${path}/lib/a.ts`,
        `${path}/programs/.env`,
        `${path}/lib/missing.ts`
      ])
      yield* Effect.sleep("300 millis")
      for (const file of ["lib/a.ts", "programs/.env", "lib/missing.ts"]) {
        yield* tellsOnce(
          seen,
          Effect.sync(() => {
            writeFileSync(`${path}/${file}`, "A=1")
          })
        )
      }
      yield* tellsOnce(
        seen,
        Effect.sync(() => {
          writeFileSync(`${path}/lib/b`, "export const a = 3")
          renameSync(`${path}/lib/b`, `${path}/lib/a.ts`)
        })
      )
    }).pipe(Effect.scoped, Effect.provide(loadingLive()))
  )

  it.live("sees a directory again that vanished and came back", () =>
    Effect.gen(function* () {
      const path = yield* workspace({ "programs/web.ts": text })
      const { seen } = yield* watching([`${path}/programs`])
      yield* tellsOnce(
        seen,
        Effect.sync(() => {
          rmSync(`${path}/programs`, { recursive: true })
        })
      )
      yield* tellsOnce(
        seen,
        Effect.sync(() => {
          mkdirSync(`${path}/programs`)
          writeFileSync(`${path}/programs/web.ts`, text)
        })
      )
      yield* tellsOnce(
        seen,
        Effect.sync(() => {
          writeFileSync(`${path}/programs/web.ts`, `${text}// again`)
        })
      )
    }).pipe(Effect.scoped, Effect.provide(loadingLive()))
  )

  it.live("tells a checkout of 50 files once, and a save during git's lock after it", () =>
    Effect.gen(function* () {
      const path = yield* workspace({})
      const git = (...args: ReadonlyArray<string>) =>
        execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b", ...args], {
          cwd: path,
          stdio: "ignore"
        })
      const fill = (content: string) => {
        for (let n = 0; n < 50; n++)
          put(`${path}/programs/p${n}.ts`, `export const a = "${content}"`)
        git("add", "-A")
        git("commit", "-m", content)
      }
      git("init", "-b", "main")
      fill("one")
      fill("two")
      const { seen } = yield* watching([`${path}/programs`])
      yield* tellsOnce(
        seen,
        Effect.sync(() => {
          git("checkout", "HEAD~1")
        })
      )

      put(`${path}/.git/index.lock`, "")
      writeFileSync(`${path}/programs/p1.ts`, text)
      yield* Effect.sleep("500 millis")
      assert.equal(seen.signals, 1)
      yield* tellsOnce(
        seen,
        Effect.sync(() => {
          rmSync(`${path}/.git/index.lock`)
        })
      )
    }).pipe(Effect.scoped, Effect.provide(loadingLive()))
  )
})
