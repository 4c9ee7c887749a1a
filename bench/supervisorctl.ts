/**
 * How long `status` takes from start to end: Debian's supervisorctl and reeve's client by turns, against one server of
 * Debian's. Takes the path of reeve's bundled client (usually dist/supervisorctl.js; without one the source runs), and the
 * number of rounds. Prints both medians and their ratio; above 1 means that reeve's takes less.
 */
import { spawnSync } from "node:child_process"
import { performance } from "node:perf_hooks"
import { fileURLToPath } from "node:url"
import { head, makeLab } from "../test/peers/supervisorctl/Lab.ts"

const source = fileURLToPath(new URL("../src/cli/supervisorctlMain.ts", import.meta.url))
const [, , client = source, rounds = "21"] = process.argv

const programs = Array.from(
  { length: 20 },
  (_, at) => `[program:p${at}]\ncommand=/bin/cat\nstartsecs=0\n`
)
const lab = makeLab(head + programs.join(""))

const timed = (file: string, args: ReadonlyArray<string>): number => {
  const words = [...args, "-c", `${lab.directory}/s.conf`, "status"]
  const start = performance.now()
  const { status, stderr } = spawnSync(file, words, { encoding: "utf8" })
  const took = performance.now() - start
  if (status !== 0) throw new Error(`${file} returned ${status}: ${stderr}`)
  return took
}

const median = (values: ReadonlyArray<number>): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

try {
  await lab.start()
  const theirs: Array<number> = []
  const ours: Array<number> = []
  for (let round = 0; round < Number(rounds); round += 1) {
    theirs.push(timed("/usr/bin/supervisorctl", []))
    ours.push(timed(process.execPath, [client]))
  }
  const ratio = median(theirs) / median(ours)
  process.stdout.write(
    `status, ${programs.length} programs, median of ${rounds}: supervisorctl ${median(theirs).toFixed(0)} ms, ` +
      `reeve ${median(ours).toFixed(0)} ms, ratio ${ratio.toFixed(2)}\n`
  )
} finally {
  await lab.end()
}
