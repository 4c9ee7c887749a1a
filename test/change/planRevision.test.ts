/** `reeve plan --rev` with the real command, over a repository of several commits: it shows what `reeve plan` would there. */
import { spawn } from "node:child_process"
import * as fs from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { Estate, isRoot } from "../real/Estate.ts"
import { waitFor } from "../real/reeve.ts"

/** Paths, imports and packages of every kind that must be what they are in the working tree. */
const files = (seconds: number): Readonly<Record<string, string>> => ({
  "web.ts": [
    `import { defineProgram, instance } from "reeve"`,
    `import pause from "pause"`,
    `import { seconds } from "./parts/seconds"`,
    `import settings from "./parts/settings.json" with { type: "json" }`,
    `import { word } from "./parts/word.mjs"`,
    `import old from "./parts/old.cjs"`,
    `import { shared } from "../shared/index.ts"`,
    "export default defineProgram({",
    `  command: ["sleep", String(seconds)],`,
    `  directory: "..",`,
    `  envFile: "../web.env",`,
    `  logs: { stdout: { file: "../logs/web-" + String(instance.index) + ".log" } },`,
    `  environment: { HERE: import.meta.dirname, URL_: import.meta.url, PAUSE: String(pause),`,
    `    SETTING: settings.text, WORD: word + old.text, SHARED: shared },`,
    `  instances: 2,`,
    `  start: { stableAfter: "0s" }`,
    "})",
    ""
  ].join("\n"),
  "parts/seconds.ts": `export const seconds: number = ${seconds}\n`,
  "parts/settings.json": `{ "text": "of ${seconds}" }\n`,
  "parts/old.cjs": `exports.text = require("./older").text\n`,
  "parts/older.js": `exports.text = " ${seconds}"\n`,
  "parts/package.json": `{ "type": "commonjs" }`,
  "parts/word.mjs": `export const word = "word ${seconds}"\n`,
  "old.ini": `[program:ini]\ncommand=sleep ${seconds}\ndirectory=%(here)s\nstartsecs=0\n[include]\nfiles=more/*.conf\n`,
  "more/included.conf": `[program:included]\ncommand=sleep ${seconds}\nstartsecs=0\n`
})

const fill = (estate: Estate, seconds: number): void => {
  for (const [name, text] of Object.entries(files(seconds))) estate.write(name, text)
  fs.mkdirSync(estate.path("shared"), { recursive: true })
  fs.writeFileSync(estate.path("shared/index.ts"), `export const shared = "s ${seconds}"\n`)
}

/** Files that no revision has: a package, variables, logs; and traps that git must not run. */
const surround = (estate: Estate): void => {
  fs.mkdirSync(estate.path("node_modules/pause/lib"), { recursive: true })
  fs.writeFileSync(
    estate.path("node_modules/pause/package.json"),
    `{ "name": "pause", "type": "module", "exports": "./lib/index.js" }`
  )
  fs.writeFileSync(
    estate.path("node_modules/pause/lib/index.js"),
    `import { five } from "./five.js"\nexport default five\n`
  )
  fs.writeFileSync(estate.path("node_modules/pause/lib/five.js"), "export const five = 5\n")
  fs.mkdirSync(estate.path("logs"), { recursive: true })
  fs.writeFileSync(estate.path("web.env"), "A=1\n")
  fs.writeFileSync(estate.path(".gitignore"), "node_modules\n.reeve\nweb.env\nlogs\ntrap\ntmp\n")
}

const setTraps = (estate: Estate): void => {
  const script = `#!/bin/sh\ntouch ${estate.path("trap")}\n`
  for (const hook of ["post-checkout", "post-index-change", "reference-transaction"]) {
    fs.writeFileSync(estate.path(".git/hooks", hook), script, { mode: 0o755 })
  }
  fs.writeFileSync(estate.path(".git/run"), script, { mode: 0o755 })
  estate.git("config", "core.fsmonitor", estate.path(".git/run"))
}

const commit = (estate: Estate, name: string): string => {
  estate.git("add", "-A")
  estate.git("commit", "-q", "-m", name)
  return estate.git("rev-parse", "HEAD")
}

/** With a state directory, or as root the daemon of the machine would be asked. */
const alone = (files?: Readonly<Record<string, string>>): Estate => {
  const estate = new Estate(files)
  fs.mkdirSync(estate.state, { mode: 0o700 })
  return estate
}

/** Two commits and a tag; temporary directories are made where the test can see them. */
const repository = (): Estate => {
  const estate = alone()
  surround(estate)
  fs.mkdirSync(estate.path("tmp"))
  estate.environment["TMPDIR"] = estate.path("tmp")
  estate.git("init", "-q", "-b", "main")
  fill(estate, 3401)
  estate.write("gone.ts", `export { default } from "./parts/gone.ts"\n`)
  estate.write(
    "parts/gone.ts",
    `import { defineProgram } from "reeve"\nexport default defineProgram({ name: "gone", command: "sleep 3403" })\n`
  )
  commit(estate, "one")
  estate.git("tag", "v1")
  fill(estate, 3402)
  fs.rmSync(estate.path("programs/gone.ts"))
  fs.rmSync(estate.path("programs/parts/gone.ts"))
  commit(estate, "two")
  setTraps(estate)
  return estate
}

const isClean = (estate: Estate): void => {
  assert.deepEqual(
    fs.readdirSync(estate.path("tmp")).filter((name) => name.startsWith("reeve-revision")),
    []
  )
  assert.isFalse(fs.existsSync(estate.path("trap")), "nothing of the repository was run")
}

const sentence = async (estate: Estate, revision: string, ...args: ReadonlyArray<string>) => {
  const { code, err, out } = await estate.run("plan", `--rev=${revision}`, ...args)
  assert.deepEqual([code, out], [1, ""])
  return err.replaceAll(estate.directory, "…")
}

describe.each(["with a daemon", "without one"] as const)("a plan of a revision, %s", (how) => {
  const estate = repository()
  beforeAll(async () => {
    await estate.up()
    if (how === "without one") await estate.run("down", "--leave")
  })
  afterAll(() => estate.clear())

  it("of what is checked out is the plan of the files, byte for byte", async () => {
    for (const args of [[], ["--json"]]) {
      const plan = await estate.run("plan", ...args)
      assert.equal(plan.code, 0, plan.err)
      assert.deepEqual(await estate.run("plan", "--rev", "HEAD", ...args), plan)
    }
    isClean(estate)
  })

  it("of an older one shows what going back would do, whatever the files are now", async () => {
    const v1 = estate.git("rev-parse", "v1")
    const before = await estate.json("plan", "--rev", "v1")
    assert.deepEqual(before.git, { commit: v1, dirty: false })
    estate.write("web.ts", "this is no program")
    estate.write("new.ts", `import { defineProgram } from "reeve"\n`)
    try {
      assert.deepEqual(await estate.json("plan", "--rev", "v1"), before)
      const { code, out } = await estate.run("plan", "--rev", "v1", "--exit-code")
      assert.equal(code, 2)
      assert.match(out, new RegExp(`^commit ${v1.slice(0, 7)} \\(clean\\)`))
      assert.match(out, /command +\["sleep", "3402"\] -> \["sleep", "3401"\]/)
      assert.match(out, /environment\.SETTING +"of 3402" -> "of 3401"/)
      assert.match(out, /environment\.WORD +"word 3402 3402" -> "word 3401 3401"/)
      assert.match(out, /environment\.SHARED +"s 3402" -> "s 3401"/)
      assert.match(out, /\+ gone +programs\/parts\/gone\.ts:2/)
      assert.match(out, /~ ini +programs\/old\.ini:1/)
      assert.match(out, /~ included +programs\/more\/included\.conf:1/)
      assert.notMatch(out, /directory|envFile|logs|HERE|URL_|PAUSE|reeve-revision/)
    } finally {
      estate.remove("new.ts")
      estate.git("checkout", "-q", "programs/web.ts")
      fs.rmSync(estate.path("trap"), { force: true })
    }
    isClean(estate)
  })

  it("that has errors names them at their places in it", async () => {
    estate.write("parts/seconds.ts", "\n\nexport const seconds: number = missing\n")
    estate.git("stash", "-q")
    fs.rmSync(estate.path("trap"), { force: true })
    const err = await sentence(estate, "stash@{0}")
    assert.match(
      err,
      /programs\/parts\/seconds\.ts:3:32 +error: ReferenceError: missing is not defined/
    )
    isClean(estate)
  })

  it("that there is none of is one sentence", async () => {
    assert.equal(await sentence(estate, "v9"), "reeve: There is no revision v9 in ….\n")
    assert.match(await sentence(estate, "--help=x"), /^reeve: There is no revision --help=x in …/)
    const empty = estate.git("commit-tree", "-m", "x", estate.git("mktree", "--missing"))
    assert.equal(
      await sentence(estate, empty),
      `reeve: Revision ${empty} (${empty.slice(0, 7)}) has no programs: nothing was declared there then.\n`
    )
    isClean(estate)
  })
})

describe("a plan of a revision", () => {
  const estate = repository()
  beforeAll(() => estate.up())
  afterAll(() => estate.clear())

  it("can be saved and applied, and what it applies stays until resume", async () => {
    const saved = await estate.run("plan", "--rev", "v1", "--out", "v1.plan")
    assert.equal(saved.code, 0, saved.err)
    const applied = await estate.run("apply", "v1.plan")
    assert.equal(applied.code, 0, applied.err)
    const pid = await estate.pid("web:0")
    assert.equal(fs.readFileSync(`/proc/${pid}/cmdline`, "utf8"), "sleep\x003401\0")
    assert.match((await estate.run("status")).err, /^Pinned to generation 2 .*"revision v1"/m)
    const plan = await estate.run("plan", "--rev", "v1")
    assert.match(plan.out, /No changes/)
    assert.equal((await estate.run("resume")).code, 0)
    assert.match((await estate.run("plan")).out, /No changes/)
  })

  it("leaves nothing behind when it is interrupted", async () => {
    estate.write("endless.ts", "for (;;) {}\n")
    estate.git("add", "-A")
    const tree = estate.git("write-tree")
    const endless = estate.git("commit-tree", "-m", "x", tree)
    estate.git("reset", "-q", "--hard")
    const child = spawn(
      process.execPath,
      [join(import.meta.dirname, "../../dist/reeve.js"), "plan", "--rev", endless, "programs"],
      { cwd: estate.directory, env: estate.environment, stdio: "ignore" }
    )
    const ended = new Promise((resolve) => child.once("exit", resolve))
    await waitFor("its files", () =>
      fs
        .readdirSync(estate.path("tmp"))
        .some((name) => fs.existsSync(estate.path("tmp", name, "programs/web.ts")))
    )
    child.kill("SIGINT")
    await ended
    fs.rmSync(estate.path("trap"), { force: true })
    isClean(estate)
  })
})

describe("a plan of a revision without a repository", () => {
  const estate = alone({ "web.ts": "" })
  afterAll(() => estate.clear())

  it("is one sentence, and so is one of files in several", async () => {
    assert.match(
      await sentence(estate, "HEAD"),
      /^reeve: programs is in no git repository, so there is no revision of it\.\n$/
    )
    for (const name of ["a", "b"]) {
      fs.mkdirSync(estate.path(name, "programs"), { recursive: true })
      estate.git("init", "-q", name)
    }
    assert.match(
      await sentence(estate, "HEAD", "a/programs", "b/programs"),
      /^reeve: One revision cannot be of all files: they are in …\/a and in …\/b/
    )
  })
})

describe("a plan of a revision by another user than the repository's", () => {
  const nobody = 65_534
  const own = (path: string, uid: number): void => {
    for (const name of fs.readdirSync(path, { recursive: true, encoding: "utf8" })) {
      fs.lchownSync(join(path, name), uid, uid)
    }
    fs.chownSync(path, uid, uid)
  }

  it("asks git as the repository's owner, to whom the files must belong, too", async () => {
    const estate = repository()
    // The one below the directory of somebody else is refused.
    const state = fs.mkdtempSync(join(tmpdir(), "reeve-state-"))
    const where = ["--state-dir", state]
    try {
      if (isRoot) own(estate.directory, nobody)
      // As root git itself would refuse a repository of somebody else.
      const { code, err, out } = await estate.run("plan", "--rev", "v1", ...where)
      assert.equal(code, 0, err)
      assert.match(out, /\+ web/)
      isClean(estate)
      if (!isRoot) return
      fs.chownSync(estate.path("programs"), 0, 0)
      assert.match(
        await sentence(estate, "v1", ...where),
        /^reeve: reeve runs as root and does not evaluate …\/\.git: it belongs to uid 65534/
      )
      isClean(estate)
    } finally {
      await estate.clear()
      fs.rmSync(state, { recursive: true })
    }
  })
})
