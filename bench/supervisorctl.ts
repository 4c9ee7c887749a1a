/**
 * How long `status` takes from start to end: Debian's supervisorctl and `reeve supervisorctl` by turns, each with its own server,
 * then both with Debian's. Prints medians in ms and their ratio; above 1 means that reeve takes less.
 *
 *   node bench/supervisorctl.ts [--programs 20] [--rounds 21] [--entry src/main.ts]
 */
import { resolve } from "node:path"
import { parseArgs } from "node:util"
import { type Comparison, compareStatus } from "../test/peers/speed/measures.ts"

const { values } = parseArgs({
  options: {
    programs: { type: "string", default: "20" },
    rounds: { type: "string", default: "21" },
    entry: { type: "string", default: "src/main.ts" }
  }
})

const measured = await compareStatus(resolve(values.entry), {
  programs: Number(values.programs),
  running: Number(values.programs),
  rounds: Number(values.rounds)
})
const show = (what: string, { ours, ratio, theirs }: Comparison) => {
  const times = `supervisorctl ${theirs.toFixed(0)} ms, reeve ${ours.toFixed(0)} ms`
  process.stdout.write(`${what}: ${times}, ratio ${ratio.toFixed(2)}\n`)
}
show("each with its own server", measured.ownServers)
show("both with Debian's server", measured.sameServer)
