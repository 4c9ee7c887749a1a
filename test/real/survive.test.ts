/** The great trial in short: `npm run bench:survive` is the whole of it. */
import { spawn, spawnSync } from "node:child_process"
import { once } from "node:events"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "vitest"
import { faultsOf, type Mode } from "../trial/Facts.ts"
import { shortLoad } from "../trial/programs.ts"
import { reportOf } from "../trial/report.ts"
import { runTrial } from "../trial/runTrial.ts"
import { isRoot } from "./Estate.ts"

const withinMs = 180_000

const isSound = async (mode: Mode, blows: number, inBursts: number, calmBursts = 0) => {
  const outcome = await runTrial({
    mode,
    blows,
    inBursts,
    mostBytes: 1e9,
    calm: { bursts: calmBursts, ms: calmBursts * 1_000 },
    load: shortLoad,
    told: () => undefined
  })
  assert.deepEqual(faultsOf(outcome.facts), [], reportOf(outcome))
  assert.strictEqual(outcome.facts.blows, blows)
  assert.isAtLeast(outcome.facts.blowsInBursts, inBursts - 1)
  assert.isAbove(outcome.facts.lives, shortLoad.programs)
  assert.isAbove(outcome.facts.rotations, 0)
}

const script = fileURLToPath(new URL("../../bench/survive.ts", import.meta.url))

/** As root: as nobody, where that user can read what is to be run. Else as whoever we are. */
const ordinaryUser = (): ReadonlyArray<string> => {
  const words = ["--reuid", "nobody", "--clear-groups", "--", process.execPath, "--check", script]
  return isRoot && spawnSync("setpriv", words).status === 0 ? ["--user", "nobody"] : []
}

const isSoundAsOrdinaryUser = async (...words: ReadonlyArray<string>) => {
  const child = spawn(process.execPath, [
    script,
    "--short",
    "--seed",
    "2",
    ...words,
    ...ordinaryUser()
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

  it("lose nothing and are not restarted by kills of the daemon", async () => {
    await isSound("daemon", 20, 6)
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
