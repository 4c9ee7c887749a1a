import { execFileSync } from "node:child_process"
import { chmodSync, chownSync, existsSync, readdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { gitRevision } from "../../src/config/git.ts"
import { loadingLive, put, workspace } from "./loading.ts"

const asRoot = process.geteuid?.() === 0

const git = (directory: string, ...args: ReadonlyArray<string>): string =>
  execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b", ...args], {
    cwd: directory,
    encoding: "utf8"
  }).trim()

const repository = Effect.gen(function* () {
  const path = yield* workspace({ "programs/web.ts": "export const a = 1", "other/readme": "" })
  git(path, "init", "-q", "-b", "main")
  git(path, "add", "-A")
  git(path, "commit", "-q", "-m", "one")
  return { path, commit: git(path, "rev-parse", "HEAD") }
})

const giveAll = (path: string, uid: number): void => {
  for (const name of readdirSync(path, { recursive: true, encoding: "utf8" })) {
    chownSync(join(path, name), uid, uid)
  }
  chownSync(path, uid, uid)
}

describe("the commit of the entries", () => {
  it.live("is named, with whether the directory differs from it", () =>
    Effect.gen(function* () {
      const { path, commit } = yield* repository
      assert.deepEqual(yield* gitRevision(`${path}/programs`), { commit, dirty: false })
      writeFileSync(`${path}/other/readme`, "elsewhere")
      assert.deepEqual(yield* gitRevision(`${path}/programs`), { commit, dirty: false })
      put(`${path}/programs/new.ts`, "export const a = 2")
      assert.deepEqual(yield* gitRevision(`${path}/programs`), { commit, dirty: true })
    }).pipe(Effect.scoped, Effect.provide(loadingLive()))
  )

  it.live("is unknown without a repository, without a commit, and in a broken one", () =>
    Effect.gen(function* () {
      const unknown = { commit: null, dirty: false }
      const path = yield* workspace({ "web.ts": "" })
      assert.deepEqual(yield* gitRevision(path), unknown)
      git(path, "init", "-q", "-b", "main")
      assert.deepEqual(yield* gitRevision(path), unknown)
      writeFileSync(`${path}/.git/HEAD`, "nonsense")
      assert.deepEqual(yield* gitRevision(path), unknown)
    }).pipe(Effect.scoped, Effect.provide(loadingLive()))
  )

  it.live("is asked without running what the repository names, and without a lock", () =>
    Effect.gen(function* () {
      const { path, commit } = yield* repository
      const trap = `${path}/trap`
      put(`${path}/run`, `#!/bin/sh\ntouch ${trap}\n`)
      chmodSync(`${path}/run`, 0o755)
      git(path, "config", "core.fsmonitor", `${path}/run`)
      git(path, "config", "core.hooksPath", path)
      put(`${path}/.git/index.lock`, "")
      assert.deepEqual(yield* gitRevision(`${path}/programs`), { commit, dirty: false })
      assert.isFalse(existsSync(trap))
    }).pipe(Effect.scoped, Effect.provide(loadingLive()))
  )

  it.live("is asked with the rights of the repository's owner", () =>
    Effect.gen(function* () {
      const { path, commit } = yield* repository
      chmodSync(path, 0o755)
      if (asRoot) giveAll(path, 65_534)
      assert.deepEqual(yield* gitRevision(`${path}/programs`), { commit, dirty: false })
      // What only root may read is not read for somebody else.
      chmodSync(`${path}/.git/index`, 0)
      if (asRoot) chownSync(`${path}/.git/index`, 0, 0)
      assert.deepEqual(yield* gitRevision(`${path}/programs`), { commit: null, dirty: false })
    }).pipe(Effect.scoped, Effect.provide(loadingLive()))
  )
})
