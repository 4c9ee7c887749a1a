import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { afterAll, beforeAll, describe, it } from "vitest"
import { Estate } from "./Estate.ts"
import { waitFor } from "./reeve.ts"

const script = fileURLToPath(new URL("../fixtures/listeners/listener.py", import.meta.url))

const estate = new Estate()

const listener = (name: string, steps: ReadonlyArray<string>, events: string): string => `
export const ${name} = defineListener({
  command: ["/usr/bin/python3", ${JSON.stringify(script)}, ...${JSON.stringify(steps)}],
  environment: { RECORD: ${JSON.stringify(estate.path(`${name}.jsonl`))} },
  events: ${events},
  bufferSize: 50,
  start: { stableAfter: "100 ms" }
})
`

estate.write(
  "all.ts",
  `import { defineListener, defineProgram } from "reeve"
${listener("watch", ["ok"], '["PROCESS_STATE", "PROCESS_COMMUNICATION", "SUPERVISOR_STATE_CHANGE"]')}
${listener("broken", ["bad"], '["PROCESS_STATE_RUNNING"]')}
export const talks = defineProgram({
  command: ["/bin/sh", "-c", "echo '<!--XSUPERVISOR:BEGIN-->hello<!--XSUPERVISOR:END-->'; exec sleep 1000"],
  logs: { stdout: { capture: "1 MB" } }
})
`
)

const heard = (): string => {
  try {
    return readFileSync(estate.path("watch.jsonl"), "utf8")
  } catch {
    return ""
  }
}

beforeAll(() => estate.up("--quiet"))
afterAll(() => estate.clear())

describe("a listener that is declared in TypeScript", () => {
  it("hears of the daemon and of programs", async () => {
    await waitFor("the program to run", () =>
      heard().includes("processname:talks groupname:talks from_state:STARTING pid:")
    )
    await waitFor("its words", () => heard().includes("\\nhello"))
    await waitFor("the daemon", () => heard().includes("SUPERVISOR_STATE_CHANGE_RUNNING"))
  })

  it("that breaks the protocol says so in its status", async () => {
    await waitFor("the note", async () => {
      const { out } = await estate.run("status")
      return /broken .*broke the protocol of event listeners/.test(out)
    })
  })
})
