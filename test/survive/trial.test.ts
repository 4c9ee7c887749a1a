/** The great trial in its other forms: `npm run bench:survive` is the whole of it. */
import { spawn } from "node:child_process"
import { once } from "node:events"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "vitest"
import { ordinaryUser } from "../real/Estate.ts"
import { isSound } from "../trial/isSound.ts"

const withinMs = 180_000

const script = fileURLToPath(new URL("../../bench/survive.ts", import.meta.url))

const isSoundAsOrdinaryUser = async (...words: ReadonlyArray<string>) => {
  const child = spawn(process.execPath, [
    script,
    "--short",
    "--seed",
    "2",
    ...words,
    ...(ordinaryUser().length > 0 ? ["--user", "nobody"] : [])
  ])
  const texts: Array<string> = []
  child.stdout.on("data", (bytes: Buffer) => texts.push(bytes.toString()))
  child.stderr.on("data", (bytes: Buffer) => texts.push(bytes.toString()))
  const [code] = await once(child, "close")
  assert.strictEqual(code, 0, texts.join(""))
}

describe("programs under load", { timeout: withinMs }, () => {
  it("lose nothing while nothing is killed", async () => {
    await isSound("daemon", 0, 0, 4)
  })

  it("lose nothing while nothing is killed, as an ordinary user", async () => {
    await isSoundAsOrdinaryUser("--kills", "0", "--calm", "3", "--calm-bursts", "2")
  })

  it("lose nothing by kills of the daemon, as an ordinary user", async () => {
    await isSoundAsOrdinaryUser("--kills", "4", "--burst-kills", "2")
  })

  it("are taken over by the next up when keeper and daemon are killed", async () => {
    await isSound("both", 3, 1)
  })

  it("notice nothing of an upgrade", async () => {
    await isSound("upgrade", 2, 1)
  })

  it("notice nothing of an upgrade, as an ordinary user", async () => {
    await isSoundAsOrdinaryUser("--mode", "upgrade", "--kills", "2", "--burst-kills", "1")
  })
})
