import { afterEach, assert, beforeEach, describe, it } from "vitest"
import { declare, Estate, sleeper } from "./Estate.ts"

let estate: Estate

beforeEach(() => {
  estate = new Estate()
})

afterEach(() => estate.clear())

describe("five thousand programs in one file", () => {
  it("load, are shown, and a change of one is one action", async () => {
    const text = (changed: string) =>
      `import { defineProgram } from "reeve"\n\nexport const all = Array.from({ length: 5000 }, (_, at) =>\n` +
      `  defineProgram({ name: \`p\${at}\`, command: ["sleep", at === 4321 ? "${changed}" : "8301"], start: { auto: false } }))\n`
    estate.write("many.ts", text("8301"))
    estate.write("web.ts", declare({ web: sleeper(8302) }))
    const up = estate.begin()
    await estate.running(up, 50_000)
    const pid = await estate.pid("web")
    const status = await estate.run("status")
    assert.equal(status.code, 0)
    assert.equal(status.out.match(/^p\d+ +STOPPED/gm)?.length, 5000)
    await estate.save(() => estate.write("many.ts", text("8303")))
    const [newest] = await estate.generations()
    assert.equal(newest?.actions, 1)
    assert.equal(await estate.pid("web"), pid)
    assert.equal((await estate.run("start", "p4321")).code, 0)
    assert.equal((await estate.instance("p4321"))?.state, "RUNNING")
  })
})
