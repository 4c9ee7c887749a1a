import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { declare, Estate, isRoot, sleeper } from "./Estate.ts"
import { waitFor } from "./reeve.ts"

let estate: Estate

/** A program that tries again soon, so that it comes up as soon as it can. */
const soon = (fields: Readonly<Record<string, unknown>>) =>
  sleeper(5001, {
    restart: { backoff: { kind: "fixed", delay: "200ms" } },
    ...fields
  })

const script = (name: string, text: string, mode = 0o755): string => {
  const path = estate.path(name)
  writeFileSync(path, text)
  chmodSync(path, mode)
  return path
}

/** One that runs beside all of them, and must not notice. */
beforeAll(async () => {
  estate = new Estate({ "beside.ts": declare({ beside: sleeper(5000) }) })
  await estate.up()
})

afterAll(() => estate.clear())

/** The reason that the program is held back by, and that everything else is as it was. */
const failsWith = async (name: string, input: object, text: RegExp) => {
  const beside = await estate.pid("beside")
  const before = await estate.generation()
  estate.write(`${name}.ts`, declare({ [name]: input }))
  await waitFor("a generation that says that it is unhealthy", async () => {
    const [newest] = await estate.generations()
    return newest !== undefined && newest.number > before && newest.outcome === "unhealthy"
  })
  const found = await estate.waitForState(name, "BACKOFF")
  assert.match(found.spawnError, text)
  assert.include(found.description, found.spawnError)
  assert.isNull(found.process)
  await waitFor("status to tell it", async () => {
    const status = await estate.run("status", "--check")
    return status.code === 3 && text.test(status.out)
  })
  assert.match((await estate.generations())[0]?.detail ?? "", text)
  assert.equal(await estate.pid("beside"), beside)
  assert.deepEqual((await estate.plan()).actions, [])
}

const goesAway = (name: string) => estate.save(() => estate.remove(`${name}.ts`))

describe("a command", () => {
  it("that is missing is told, and found as soon as it is there", async () => {
    const path = estate.path("late.sh")
    await failsWith("missing", soon({ command: [path] }), /can't find command '.*late\.sh'/)
    script("late.sh", "#!/bin/sh\nexec sleep 5002\n")
    await estate.waitForState("missing", "RUNNING")
    await goesAway("missing")
  })

  it("that is in no directory of PATH", async () => {
    await failsWith(
      "unheard",
      soon({ command: ["no-such-command"] }),
      /can't find command 'no-such/
    )
    await goesAway("unheard")
  })

  it("that is not executable", async () => {
    const path = script("plain.sh", "#!/bin/sh\n", 0o644)
    await failsWith("plain", soon({ command: [path] }), /plain\.sh' is not executable/)
    await goesAway("plain")
  })

  it("that is a directory", async () => {
    const command = [estate.directory]
    await failsWith("folder", soon({ command }), /command at '.*' is a directory/)
    await goesAway("folder")
  })

  it("that is a script whose interpreter is missing", async () => {
    const path = script("odd.sh", "#!/no/such/interpreter\n")
    await failsWith(
      "odd",
      soon({ command: [path] }),
      /interpreter '\/no\/such\/interpreter' does not/
    )
    await goesAway("odd")
  })
})

describe("surroundings", () => {
  it("whose working directory is missing, until it is made", async () => {
    const directory = estate.path("later")
    await failsWith("away", soon({ directory }), /couldn't chdir to .*later: ENOENT/)
    mkdirSync(directory)
    await estate.waitForState("away", "RUNNING")
    await goesAway("away")
  })

  it("whose user is unknown, or not permitted to an ordinary user", async () => {
    const text = /couldn't setuid to nosuchuser: Can't find user nosuchuser/
    await failsWith("stranger", soon({ user: "nosuchuser" }), text)
    await goesAway("stranger")
    if (isRoot) return
    const refused = /Can't drop privilege as nonroot user/
    await failsWith("other", soon({ user: "root" }), refused)
    await goesAway("other")
  })

  it("whose log directory is missing, until it is made", async () => {
    const folder = estate.path("logs-later")
    const file = `${folder}/out.log`
    const command = ["sh", "-c", "echo here; exec sleep 5003"]
    await failsWith(
      "unlogged",
      soon({ command, logs: { stdout: { file } } }),
      /ENOENT \(.*out\.log\)/
    )
    mkdirSync(folder)
    await estate.waitForState("unlogged", "RUNNING")
    await waitFor("its output", () => readFileSync(file, "utf8") === "here\n")
    await goesAway("unlogged")
  })

  it("whose log directory cannot be written", async () => {
    const disk = estate.mount("read-only", "ro,size=64k")
    const closed = estate.path("closed")
    mkdirSync(closed, { mode: 0o555 })
    if (disk === null && isRoot) return
    const logs = { stdout: { file: `${disk ?? closed}/out.log` } }
    await failsWith("readonly", soon({ logs }), /(EROFS|EACCES) \(.*out\.log\)/)
    await goesAway("readonly")
    rmSync(closed, { recursive: true })
  })
})

describe("a full disk", () => {
  it("stops neither the program nor reeve; it is told, and over when there is room", async () => {
    const disk = estate.mount("full", "size=64k")
    if (disk === null) return assert.isFalse(isRoot, "root can mount")
    const log = `${disk}/out.log`
    const command = [
      "sh",
      "-c",
      "i=0; while :; do i=$((i+1)); printf '%-200s\\n' line$i; sleep 0.02; done"
    ]
    writeFileSync(`${disk}/ballast`, Buffer.alloc(60 * 1024))
    estate.write(
      "chatty.ts",
      declare({ chatty: soon({ command, logs: { stdout: { file: log, maxSize: 0 } } }) })
    )
    await waitFor("it to run", async () => (await estate.instance("chatty"))?.state === "RUNNING")
    const pid = await estate.pid("chatty")
    await waitFor(
      "the trouble",
      async () => (await estate.instance("chatty"))?.logTrouble?.includes("ENOSPC") === true,
      30_000
    )
    assert.match((await estate.run("status")).out, /chatty .*log trouble: .*out\.log.*ENOSPC/)
    rmSync(`${disk}/ballast`)
    await waitFor("room to be noticed", async () => {
      const found = await estate.instance("chatty")
      return found !== undefined && found.logTrouble === null
    })
    assert.equal(await estate.pid("chatty"), pid)
    await goesAway("chatty")
    const lines = readFileSync(log, "utf8").split("\n").slice(0, -1)
    assert.isAbove(lines.length, 10)
    assert.deepEqual(
      lines.map((line) => line.trimEnd()),
      lines.map((_, at) => `line${at + 1}`)
    )
  })
})
