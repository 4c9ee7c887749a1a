import { spawnSync } from "node:child_process"
import { chownSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { Estate, isRoot } from "./Estate.ts"
import { waitFor } from "./reeve.ts"

/** As root, everything is tried as nobody; an ordinary user tries the same as itself. */
const user = isRoot ? "nobody" : null
const secretValue = "s3cret-Of-A-File-4711"
const variableValue = "s3cret-Of-A-Variable-4712"
const envFileValue = "s3cret-Of-An-EnvFile-4713"
const plainValue = "s3cret-That-Stands-In-The-File-4714"
const later = "s3cret-Of-A-File-Changed-4715"

let estate: Estate
let work: string

const identity = (option: string) =>
  spawnSync("id", [option, ...(user === null ? [] : [user])], { encoding: "utf8" }).stdout.trim()

/** Writes what it is and has into its directory. */
const report =
  "id -u > who; id -G >> who; umask >> who; pwd >> who; : > made; " +
  "env > environment; exec sleep 9101"

const definition = (
  token: string,
  greeting: string
) => `import { defineProgram, secret } from "reeve"

export const job = defineProgram({
  command: ["sh", "-c", ${JSON.stringify(report)}],
  directory: ${JSON.stringify(work)},
  umask: "027",
  ${user === null ? "" : `user: ${JSON.stringify(user)},`}
  start: { stableAfter: "0s" },
  envFile: ${JSON.stringify(estate.path("job.env"))},
  environment: {
    GREETING: ${JSON.stringify(greeting)},
    OF_FILE: secret.file(${JSON.stringify(estate.path("secret.txt"))}),
    OF_VARIABLE: secret.env("REEVE_TEST_SECRET"),
    API_TOKEN: ${JSON.stringify(token)}
  }
})
`

beforeAll(async () => {
  estate = new Estate()
  work = estate.path("work")
  mkdirSync(work)
  if (isRoot) chownSync(work, Number(identity("-u")), Number(identity("-g")))
  writeFileSync(estate.path("secret.txt"), `${secretValue}\n`, { mode: 0o600 })
  writeFileSync(estate.path("job.env"), `OF_ENV_FILE=${envFileValue}\n`, { mode: 0o600 })
  estate.environment["REEVE_TEST_SECRET"] = variableValue
  estate.environment["NOT_INHERITED"] = "x"
  estate.write("job.ts", definition(plainValue, "hello"))
  await estate.up()
  await waitFor("the program's report", () => read("environment").includes("OF_FILE"))
})

afterAll(() => estate.clear())

const read = (name: string): string => {
  const path = join(work, name)
  return existsSync(path) ? readFileSync(path, "utf8") : ""
}

const environment = () =>
  new Map(
    read("environment")
      .split("\n")
      .map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)] as const)
  )

describe("a program of a user", () => {
  it("has that user's identity and groups, its umask and its directory", async () => {
    assert.deepEqual(read("who").trim().split("\n"), [identity("-u"), identity("-G"), "0027", work])
    const made = spawnSync("stat", ["-c", "%a %u", join(work, "made")], { encoding: "utf8" })
    assert.equal(made.stdout.trim(), `640 ${identity("-u")}`)
  })

  it("has the variables that it declares, those of its user, and nothing of reeve's", () => {
    const found = environment()
    assert.equal(found.get("GREETING"), "hello")
    assert.equal(found.get("OF_FILE"), secretValue)
    assert.equal(found.get("OF_VARIABLE"), variableValue)
    assert.equal(found.get("OF_ENV_FILE"), envFileValue)
    assert.equal(found.get("API_TOKEN"), plainValue)
    assert.equal(found.get("SUPERVISOR_ENABLED"), "1")
    assert.equal(found.get("SUPERVISOR_PROCESS_NAME"), "job")
    assert.equal(found.get("SUPERVISOR_GROUP_NAME"), "job")
    if (user !== null) assert.equal(found.get("USER"), user)
    assert.isUndefined(found.get("NOT_INHERITED"))
    assert.isUndefined(found.get("REEVE_TEST_SECRET"))
  })
})

describe("secrets", () => {
  it("are in no answer, no plan, no log and no file of reeve's", async () => {
    const pid = await estate.pid("job")
    const changed = "s3cret-That-Stands-Changed-4716"
    await estate.save(() => estate.write("job.ts", definition(changed, "hello again")))
    await waitFor("the restarted program's report", () => read("environment").includes("again"))
    assert.notEqual(await estate.pid("job"), pid)

    const values = [secretValue, variableValue, envFileValue, plainValue, changed]
    const commands = [
      ["describe", "job"],
      ["describe", "job", "--json"],
      ["status", "--json"],
      ["plan"],
      ["plan", "--json"],
      ["history", "show", "2"],
      ["history", "show", "2", "--json"],
      ["diff", "1", "2"],
      ["diff", "1", "2", "--json"],
      ["events", "--json"],
      ["logs"]
    ]
    for (const words of commands) {
      const ran = await estate.run(...words)
      assert.equal(ran.code, 0, `${words.join(" ")}: ${ran.err}`)
      for (const value of values) assert.notInclude(ran.out + ran.err, value, words.join(" "))
    }
    const plan = await estate.run("diff", "1", "2")
    assert.match(plan.out, /environment\.API_TOKEN +changed/)
    assert.match(plan.out, /environment\.GREETING +"hello" -> "hello again"/)

    // What stands in the files themselves is in the stored content as well; what they only name is nowhere.
    const named = [secretValue, variableValue, envFileValue]
    for (const path of filesBelow(estate.state)) {
      const bytes = readFileSync(path, "latin1")
      for (const value of named) assert.notInclude(bytes, value, path)
    }
  })

  it("that changed are told as that, and taken at the next start", async () => {
    writeFileSync(estate.path("secret.txt"), `${later}\n`)
    const ran = await estate.run("restart", "job")
    assert.equal(ran.code, 0, ran.err)
    await waitFor("the new value", () => environment().get("OF_FILE") === later)
  })

  it("that cannot be read hold the program back, by the name of the file", async () => {
    const text = definition("t", "hello").replace("secret.txt", "missing.txt")
    estate.write("job.ts", text)
    const found = await estate.waitForState("job", "BACKOFF")
    assert.match(found.spawnError, /OF_FILE.*missing\.txt|missing\.txt.*OF_FILE/)
  })
})

const filesBelow = (directory: string): ReadonlyArray<string> =>
  readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
