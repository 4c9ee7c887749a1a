import { spawnSync } from "node:child_process"
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  rmSync,
  writeFileSync
} from "node:fs"
import { fileURLToPath } from "node:url"
import { afterEach, assert, beforeEach, describe, it } from "vitest"
import { declare, Estate, isRoot, sleeper } from "./Estate.ts"
import { waitFor } from "./reeve.ts"

const bad = (name: string) =>
  fileURLToPath(new URL(`../fixtures/evaluate/bad/${name}`, import.meta.url))

let estate: Estate

beforeEach(() => {
  estate = new Estate()
})

afterEach(() => estate.clear())

const problemTexts = async () =>
  (await estate.reconciler()).problems
    .filter(({ severity }) => severity === "error")
    .map(({ file, line, message }) => `${file}:${line} ${message}`)

describe("a definition", () => {
  const texts: Readonly<Record<string, RegExp>> = {
    "binary.ts": /is a binary file/,
    "exits.ts": /:2 calls process\.exit\(3\)/,
    "kills-itself.ts": /ends its evaluation by SIGKILL/,
    "closes-wire.ts": /ends its evaluation by SIGABRT/,
    "huge-buffer.ts": /RangeError/
  }

  it("that ends, kills or exhausts its evaluation harms neither daemon nor programs", async () => {
    estate.write("good.ts", declare({ web: sleeper(8001), db: sleeper(8002) }))
    await estate.up()
    const before = await estate.pids()
    const { daemon } = await estate.info()
    for (const [name, text] of Object.entries(texts)) {
      copyFileSync(bad(name), estate.path("programs/bad.ts"))
      await waitFor(name, async () => (await problemTexts()).some((found) => text.test(found)))
      assert.deepEqual(await estate.pids(), before, name)
    }
    estate.remove("bad.ts")
    await waitFor("no problem", async () => (await problemTexts()).length === 0)
    assert.deepEqual(await estate.pids(), before)
    assert.equal((await estate.info()).daemon.pid, daemon.pid)
  })

  it("that never ends keeps nobody from being supervised meanwhile", async () => {
    estate.write("good.ts", declare({ web: sleeper(8011), db: sleeper(8012) }))
    await estate.up()
    copyFileSync(bad("endless-loop.ts"), estate.path("programs/bad.ts"))
    await waitFor("the load to begin", async () => (await estate.reconciler()).phase === "loading")
    const pid = await estate.pid("web")
    process.kill(pid, "SIGKILL")
    await waitFor("web to be restarted", async () => {
      const now = (await estate.pids())["web"]
      return now !== undefined && now !== pid
    })
    assert.equal((await estate.run("restart", "db")).code, 0)
    assert.equal((await estate.reconciler()).phase, "loading")
    estate.remove("bad.ts")
    await waitFor("the loop to be given up", async () => {
      const { phase, problems } = await estate.reconciler()
      return phase === "idle" && problems.length === 0
    })
  })
})

describe("names", () => {
  const odd = ["__proto__", "constructor", "toString", "hasOwnProperty", "ä_b"]

  it("that objects have by themselves are names like any other", async () => {
    const entries = odd.map((name, at) =>
      [
        `defineProgram({ name: ${JSON.stringify(name)}`,
        `command: ["sh", "-c", "echo ${at} $__proto__; exec sleep 81${at}"]`,
        `start: { stableAfter: "0s" }`,
        `environment: { ["__proto__"]: "kept" } })`
      ].join(", ")
    )
    estate.write(
      "odd.ts",
      `import { defineProgram } from "reeve"\n\nexport const all = [\n${entries.join(",\n")}\n]\n`
    )
    await estate.up()
    const found = await estate.instances()
    assert.sameMembers(
      found.map(({ spec }) => spec.address),
      odd
    )
    for (const { state } of found) assert.equal(state, "RUNNING")
    for (const name of odd) {
      const old = await estate.pid(name)
      const ran = await estate.run("restart", "--", name)
      assert.equal(ran.code, 0, ran.err)
      assert.notEqual(await estate.pid(name), old)
      const logs = await estate.run("logs", "-n", "1", "--", name)
      assert.equal(logs.out, `${odd.indexOf(name)} kept\n`)
    }
    assert.deepEqual((await estate.plan()).actions, [])
  })

  it("that lead elsewhere are refused at their place", async () => {
    for (const name of ["../x", "a/b", "a:b", "", " ", "a b"]) {
      const fields = `\n  name: ${JSON.stringify(name)},\n  command: "true"\n`
      const text = `import { defineProgram } from "reeve"\n\nexport default defineProgram({${fields}})\n`
      estate.write("odd.ts", text)
      const ran = await estate.run("check")
      assert.equal(ran.code, 1, name)
      assert.match(ran.err, /odd\.ts:4:\d+ .*name/)
    }
  })
})

describe("directories", () => {
  it("that are empty declare nothing; the first file is followed", async () => {
    await estate.up()
    assert.deepEqual(await estate.instances(), [])
    assert.include((await estate.run("status")).err, "Nothing is declared")
    estate.write("web.ts", declare({ web: sleeper(8201) }))
    await estate.waitForState("web", "RUNNING")
    estate.write("deep/down/db.ts", declare({ db: sleeper(8202) }))
    await estate.waitForState("db", "RUNNING")
    rmSync(estate.path("programs/deep"), { recursive: true })
    await waitFor("db to be gone", async () => (await estate.instance("db")) === undefined)
  })

  it("that are missing at the start are told with the remedy", async () => {
    rmSync(estate.path("programs"), { recursive: true })
    const none = await estate.run("up")
    assert.equal(none.code, 2)
    assert.match(none.err, /There is no programs\/ directory in .*\n.*reeve init/)
    const named = await estate.run("up", "nowhere")
    assert.equal(named.code, 2)
    assert.match(named.err, /There is no file or directory .*nowhere/)
  })
})

describe("as root", () => {
  it("a program file that everybody can write is refused, and what runs goes on", async () => {
    estate.write("web.ts", declare({ web: sleeper(8401) }))
    estate.write("db.ts", declare({ db: sleeper(8402) }))
    await estate.up()
    const before = await estate.pids()
    const path = estate.path("programs/db.ts")
    estate.write("db.ts", declare({ db: sleeper(8403) }))
    chmodSync(path, 0o666)
    if (!isRoot) {
      await waitFor("db to be restarted", async () => {
        const now = (await estate.pids())["db"]
        return now !== undefined && now !== before["db"]
      })
      return
    }
    await waitFor("it to be refused", async () =>
      (await problemTexts()).some((text) => /db\.ts: every user can write it/.test(text))
    )
    assert.equal((await estate.pids())["web"], before["web"])
    assert.match(
      (await estate.run("check")).err,
      /does not evaluate .*db\.ts: every user can write/
    )
    chmodSync(path, 0o644)
    estate.write("db.ts", declare({ db: sleeper(8404) }))
    await waitFor("it to be accepted", async () => {
      const db = await estate.instance("db")
      return db?.started?.definition.command[1] === "8404"
    })
  })

  it("a repository of another user is asked for its commit without running what it names", async () => {
    const repository = estate.path("repository")
    mkdirSync(`${repository}/programs`, { recursive: true })
    mkdirSync(estate.state, { mode: 0o700 })
    writeFileSync(`${repository}/programs/web.ts`, declare({ web: sleeper(8501) }))
    const git = (...args: ReadonlyArray<string>) => estate.git("-C", repository, ...args)
    git("init", "-q")
    git("add", "-A")
    git("commit", "-qm", "theirs")
    const commit = git("rev-parse", "HEAD")
    const ran = `${repository}/ran`
    const spy = `${repository}/spy.sh`
    writeFileSync(spy, `#!/bin/sh\necho "$0 $@" >> ${ran}\n`, { mode: 0o755 })
    const hooks = ["post-index-change", "post-checkout", "pre-commit", "reference-transaction"]
    for (const hook of hooks) cpSync(spy, `${repository}/.git/hooks/${hook}`)
    for (const key of ["core.fsmonitor", "core.pager", "core.editor", "diff.external"]) {
      git("config", key, spy)
    }
    if (isRoot) assert.equal(spawnSync("chown", ["-R", "65534:65534", repository]).status, 0)
    await estate.up("repository/programs")
    const [first] = await estate.generations()
    assert.include([commit, null], first?.git.commit)
    writeFileSync(`${repository}/programs/web.ts`, declare({ web: sleeper(8502) }))
    await estate.applied(1)
    assert.isFalse(existsSync(ran), "nothing of the repository ran")
  })
})
