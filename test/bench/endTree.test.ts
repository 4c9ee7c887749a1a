import { spawn } from "node:child_process"
import { once } from "node:events"
import { chmodSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, it } from "vitest"
import { endTree } from "../../bench/harness/endTree.ts"
import { markedEnvironment } from "../../bench/harness/marked.ts"
import { makeSite, removeEmptied } from "../../bench/harness/Site.ts"

it("ends what executes itself again and again, and has no environment to be seen meanwhile", async () => {
  const site = makeSite()
  const file = join(site.directory, "again")
  writeFileSync(file, '#!/bin/sh\nexec "$0"\n')
  chmodSync(file, 0o755)
  let missed = 0
  for (let round = 0; round < 200; round++) {
    const child = spawn(file, { env: markedEnvironment(site), stdio: "ignore" })
    await once(child, "spawn")
    await endTree(site.directory)
    if (isRunning(child.pid)) missed++
    child.kill("SIGKILL")
  }
  site.remove()
  removeEmptied()
  assert.equal(missed, 0)
})

/** A zombie, which nobody has reaped so far, is not. */
const isRunning = (pid: number | undefined): boolean => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8")
    return !stat.slice(stat.lastIndexOf(")")).startsWith(") Z")
  } catch {
    return false
  }
}
