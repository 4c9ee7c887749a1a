import { closeSync, openSync, renameSync, rmSync, writeFileSync, writeSync } from "node:fs"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { declare, Estate, sleeper } from "./Estate.ts"
import { waitFor } from "./reeve.ts"

let estate: Estate

beforeAll(async () => {
  estate = new Estate({
    "web.ts": declare({ web: sleeper(2001) }),
    "mark.ts": declare({ mark: sleeper(2002) })
  })
  estate.write("../.gitignore", "web.ts\nmark.ts\n")
  estate.git("init", "-q")
  await estate.up()
})

afterAll(() => estate.clear())

let marks = 2002

/**
 * Does it, waits until `holds`, and then saves something else: whatever the change led to comes before that. Gives how many
 * generations the change alone made.
 */
const generationsOf = async (change: () => void, holds: () => Promise<boolean>) => {
  const before = await estate.generation()
  change()
  await waitFor("the content to be applied", holds)
  marks++
  const seconds = String(marks)
  estate.write("mark.ts", declare({ mark: sleeper(marks) }))
  await waitFor("the mark to be applied", async () => {
    const mark = await estate.instance("mark")
    return mark?.process !== null && mark?.started?.definition.command[1] === seconds
  })
  return (await estate.generation()) - before - 1
}

const webRuns = (seconds: number) => async () => {
  const web = await estate.instance("web")
  return web?.process !== null && web?.started?.definition.command[1] === String(seconds)
}

describe("git checkout", () => {
  it("between two commits that differ in fifty files leads to exactly one apply", async () => {
    const names = Array.from({ length: 50 }, (_, at) => `unit${at}`)
    const commit = (seconds: number) => {
      for (const name of names) {
        writeFileSync(
          estate.path("programs", `${name}.ts`),
          declare({ [name]: sleeper(seconds, { start: { auto: false } }) })
        )
      }
      estate.git("add", "-A")
      estate.git("commit", "-qm", String(seconds))
    }
    const allAre = (seconds: number) => async () => {
      const instances = await estate.instances()
      const commands = instances
        .filter(({ spec }) => names.includes(spec.program))
        .map(({ spec }) => spec.definition.command[1])
      return commands.length === 50 && commands.every((command) => command === String(seconds))
    }
    await estate.save(() => commit(2101))
    await estate.save(() => commit(2102))
    const newest = estate.git("rev-parse", "HEAD")
    const first = estate.git("rev-parse", "HEAD~1")
    for (const [commitId, seconds] of [
      [first, 2101],
      [newest, 2102]
    ] as const) {
      const made = await generationsOf(
        () => estate.git("checkout", "-q", "-f", commitId),
        allAre(seconds)
      )
      assert.equal(made, 1)
      const history = await estate.generations()
      // Git moves HEAD after it has let go of its lock: a busy machine may see the commit before.
      assert.include([first, newest], history[1]?.git.commit)
      assert.equal(history[1]?.actions, 50)
    }
  })
})

describe("an editor", () => {
  const path = (name: string) => estate.path("programs", name)

  it("that writes beside the file and renames it into place leads to one apply", async () => {
    const save = () => {
      writeFileSync(path(".web.ts.swp"), declare({ web: sleeper(2011) }))
      renameSync(path(".web.ts.swp"), path("web.ts"))
    }
    assert.equal(await generationsOf(save, webRuns(2011)), 1)
  })

  it("that moves the old file away, writes a new one and removes the old leads to one apply", async () => {
    const before = await estate.pid("mark")
    const save = () => {
      renameSync(path("web.ts"), path("web.ts~"))
      writeFileSync(path("web.ts"), declare({ web: sleeper(2012) }))
      rmSync(path("web.ts~"))
    }
    assert.equal(await generationsOf(save, webRuns(2012)), 1)
    assert.notEqual(await estate.pid("mark"), before)
  })

  it("that empties the file and fills it in two writes leads to one apply of the whole", async () => {
    const text = declare({ web: sleeper(2013) })
    const save = () => {
      const file = openSync(path("web.ts"), "w")
      writeSync(file, text.slice(0, 40))
      writeSync(file, text.slice(40))
      closeSync(file)
    }
    assert.equal(await generationsOf(save, webRuns(2013)), 1)
    assert.deepEqual((await estate.reconciler()).problems, [])
  })

  it("that saves the same content again makes no generation and restarts nothing", async () => {
    const pid = await estate.pid("web")
    const save = () => estate.write("web.ts", declare({ web: sleeper(2013) }))
    assert.equal(await generationsOf(save, webRuns(2013)), 0)
    assert.equal(await estate.pid("web"), pid)
  })

  it("that saves many times in a row ends with the last content, and one process of it", async () => {
    const save = () => {
      for (let seconds = 2021; seconds <= 2060; seconds++) {
        estate.write("web.ts", declare({ web: sleeper(seconds) }))
      }
    }
    // More than one only where the machine kept this loop waiting for longer than the quiet time.
    assert.isAtMost(await generationsOf(save, webRuns(2060)), 5)
    assert.deepEqual((await estate.instance("web"))?.leftovers, [])
  })
})
