/**
 * The great trial: reeve is killed again and again under load, and everything is counted (test/trial has the parts).
 *
 *   node bench/survive.ts [--mode daemon|both|upgrade] [--kills N] [--burst-kills N] [--programs N] [--bytes 20GB]
 *                         [--burst 256MB] [--seed N] [--user NAME] [--calm-bursts N] [--calm SECONDS] [--short]
 *   node bench/survive.ts --downtime 10,200,1000 [--kills N]
 *
 * Defaults of kills: 200 of the daemon, 50 of both, 20 upgrades; 100 with --downtime. With `--user`, as root, the whole trial
 * runs as that user. It begins with `--calm` seconds without blows and with `--calm-bursts` bursts. `--short` is the load of
 * the short form in test/real. Exit status 1: something was wrong.
 */
import { spawnSync } from "node:child_process"
import { chownSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { downtime } from "../test/trial/downtime.ts"
import { faultsOf, type Mode } from "../test/trial/Facts.ts"
import { greatLoad, shortLoad } from "../test/trial/programs.ts"
import { millisecondsOf, reportOf } from "../test/trial/report.ts"
import { runTrial } from "../test/trial/runTrial.ts"

const usualBlows: Readonly<Record<Mode, number>> = { daemon: 200, both: 50, upgrade: 20 }

const { values: given } = parseArgs({
  options: {
    mode: { type: "string", default: "daemon" },
    kills: { type: "string" },
    "burst-kills": { type: "string" },
    programs: { type: "string" },
    bytes: { type: "string", default: "20GB" },
    burst: { type: "string" },
    short: { type: "boolean", default: false },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    user: { type: "string" },
    "calm-bursts": { type: "string", default: "0" },
    calm: { type: "string", default: "0" },
    downtime: { type: "string" }
  }
})

const main = async (): Promise<number> => {
  if (given.user !== undefined && process.geteuid?.() === 0 && given.user !== "root") {
    return asUser(given.user)
  }
  return given.downtime === undefined ? tryAll() : measureDowntime(given.downtime)
}

/** This script again, as that user, with a directory for temporary files that is the user's. */
const asUser = (user: string): number => {
  const id = (option: string) =>
    Number(spawnSync("id", [option, user], { encoding: "utf8" }).stdout.trim())
  const directory = mkdtempSync(join(tmpdir(), "reeve-trial-"))
  chownSync(directory, id("-u"), id("-g"))
  const identity = ["--reuid", user, "--regid", String(id("-g")), "--clear-groups"]
  const script = [process.execPath, fileURLToPath(import.meta.url), ...process.argv.slice(2)]
  try {
    const ran = spawnSync("setpriv", [...identity, "--", ...script], {
      stdio: "inherit",
      env: { ...process.env, TMPDIR: directory, HOME: directory }
    })
    return ran.status ?? 1
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

const tryAll = async (): Promise<number> => {
  const mode = modeOf(given.mode)
  const blows = Number(given.kills ?? usualBlows[mode])
  const seed = Number(given.seed)
  const usual = given.short ? shortLoad : greatLoad
  const programs = Number(given.programs ?? usual.programs)
  const burstBytes = given.burst === undefined ? usual.burstBytes : bytesOf(given.burst)
  console.log(
    `${mode}, ${programs} programs, ${blows} times, user ${process.geteuid?.()}, seed ${seed}`
  )
  const outcome = await runTrial({
    mode,
    blows,
    // A few more than are asked for: one may find the writer between two lives.
    inBursts: Number(given["burst-kills"] ?? Math.ceil(blows * 0.27)),
    mostBytes: bytesOf(given.bytes),
    calm: { bursts: Number(given["calm-bursts"]), ms: Number(given.calm) * 1000 },
    load: { ...usual, programs, seed, burstBytes },
    told: (text) => console.log(text)
  })
  console.log(reportOf(outcome))
  const wrong = faultsOf(outcome.facts)
  console.log(wrong.length === 0 ? "nothing is wrong" : `WRONG: ${wrong.join(", ")}`)
  return wrong.length === 0 ? 0 : 1
}

const measureDowntime = async (counts: string): Promise<number> => {
  let changed = 0
  for (const programs of counts.split(",").map(Number)) {
    const measured = await downtime(programs, Number(given.kills ?? 100), Number(given.seed))
    const times = measured.blows.flatMap(({ unsupervisedMs }) => unsupervisedMs ?? [])
    const again = measured.blows.map(({ atMs, readyMs }) => readyMs - atMs)
    console.log(`${programs} programs without supervision: ${millisecondsOf(times)}`)
    console.log(
      `  until seen running again: ${millisecondsOf(again)}; changed pids: ${measured.changed}`
    )
    changed += measured.changed
  }
  return changed === 0 ? 0 : 1
}

const modeOf = (text: string): Mode => {
  if (text === "daemon" || text === "both" || text === "upgrade") return text
  throw new Error(`--mode ${text}: daemon, both or upgrade`)
}

const bytesOf = (text: string): number => {
  const [, number, unit] = text.match(/^(\d+)(MB|GB)$/) ?? []
  if (number === undefined) throw new Error(`${text}: a size is a number and MB or GB`)
  return Number(number) * (unit === "GB" ? 1024 ** 3 : 1024 ** 2)
}

process.exitCode = await main()
