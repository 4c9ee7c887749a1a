import { execFileSync, spawnSync } from "node:child_process"
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { fileURLToPath } from "node:url"
import { afterAll, assert, beforeAll, describe, it } from "vitest"

const root = fileURLToPath(new URL("../../", import.meta.url))
const top = mkdtempSync(`${tmpdir()}/reeve-packed-`)
const project = `${top}/project`

/** The machine's own Node and npm: what a user has who never heard of ours. */
const systemPath = (process.env["PATH"] ?? "")
  .split(":")
  .filter((directory) => !directory.includes("node_modules") && !directory.includes("node-gyp-bin"))
  .join(":")
const environment = { PATH: systemPath, HOME: top, LANG: "C.UTF-8" }

const run = (...command: ReadonlyArray<string>) => {
  const [file = "", ...rest] = command
  const ran = spawnSync(file, rest, { cwd: project, env: environment, encoding: "utf8" })
  return { status: ran.status, stdout: ran.stdout, stderr: ran.stderr }
}

const systemNodeMajor = Number(
  execFileSync("node", ["-p", "process.versions.node.split('.')[0]"], {
    env: environment
  }).toString()
)

beforeAll(() => {
  mkdirSync(`${project}/programs`, { recursive: true })
  execFileSync("npm", ["pack", "--ignore-scripts", "--pack-destination", top], {
    cwd: root,
    stdio: "ignore"
  })
  const packed = readdirSync(top).find((name) => name.endsWith(".tgz"))
  writeFileSync(
    `${project}/package.json`,
    '{ "name": "site", "version": "1.0.0", "type": "module", "allowScripts": { "node": true } }\n'
  )
  writeFileSync(
    `${project}/programs/idle.ts`,
    `import { defineProgram } from "reeve"\n\nexport const idle = defineProgram({ command: ["sleep", "1000"] })\n`
  )
  const installed = run(
    "npm",
    "install",
    "--no-fund",
    "--no-audit",
    "--loglevel=error",
    `${top}/${packed}`
  )
  assert.equal(installed.status, 0, installed.stderr)
}, 240_000)

afterAll(() => {
  spawnSync(`${project}/node_modules/.bin/reeve`, ["down"], { cwd: project, env: environment })
  rmSync(top, { recursive: true, force: true })
})

describe("the packed file", () => {
  it("passes publint", () => {
    execFileSync(`${root}/node_modules/.bin/publint`, ["--strict"], { cwd: root })
  })

  it("says in one sentence that Node is too old, and exits 1, without the package `node`", () => {
    assert.isBelow(systemNodeMajor, 22)
    const { status, stdout, stderr } = run(`${project}/node_modules/.bin/reeve`, "check")
    assert.equal(status, 1)
    assert.equal(stdout, "")
    assert.equal(stderr.trim().split("\n").length, 1)
    assert.match(stderr, /Node/)
  })

  it("runs a project on an old Node with the package `node` beside it", () => {
    const installed = run(
      "npm",
      "install",
      "--no-fund",
      "--no-audit",
      "--loglevel=error",
      "node@26.10.0"
    )
    assert.equal(installed.status, 0, installed.stderr)
    const reeve = `${project}/node_modules/.bin/reeve`
    const check = run(reeve, "check")
    assert.equal(check.status, 0, check.stderr)
    const up = run(reeve, "up", "-d")
    assert.equal(up.status, 0, up.stderr)
    assert.equal(run(reeve, "wait", "idle", "--for", "RUNNING").status, 0)
    assert.match(run(reeve, "status").stdout, /idle\s+RUNNING/)
    assert.equal(run(reeve, "down").status, 0)
  })

  it("gives its types to the user's compiler", () => {
    writeFileSync(
      `${project}/wrong.ts`,
      'import { defineProgram } from "reeve"\ndefineProgram({ comand: "x" })\n'
    )
    const options = [
      "--noEmit",
      "--module",
      "nodenext",
      "--target",
      "es2024",
      "--strict",
      "--skipLibCheck"
    ]
    const tsc = `${root}/node_modules/.bin/tsc`
    const newPath = `${root}/node_modules/.bin:${systemPath}`
    const compile = (file: string) =>
      spawnSync(tsc, [...options, file], {
        cwd: project,
        env: { ...environment, PATH: newPath },
        encoding: "utf8"
      })
    const right = compile("programs/idle.ts")
    assert.equal(right.status, 0, right.stdout)
    const wrong = compile("wrong.ts")
    assert.notEqual(wrong.status, 0)
    assert.match(wrong.stdout, /comand/)
  })
})
