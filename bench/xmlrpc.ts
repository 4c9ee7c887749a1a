/**
 * How often a dashboard may ask: `getAllProcessInfo` with many programs, one client over a unix socket, of Debian's supervisord
 * and of reeve by turns. Prints the medians of calls per second and their ratio. Ten of the processes run.
 *
 *   node bench/xmlrpc.ts [--programs 1000] [--seconds 1] [--rounds 5] [--entry src/main.ts]
 */
import { resolve } from "node:path"
import { parseArgs } from "node:util"
import { compareCalls } from "../test/peers/speed/measures.ts"

const { values } = parseArgs({
  options: {
    programs: { type: "string", default: "1000" },
    seconds: { type: "string", default: "1" },
    rounds: { type: "string", default: "5" },
    entry: { type: "string", default: "src/main.ts" }
  }
})

const { ours, ratio, theirs } = await compareCalls(resolve(values.entry), {
  programs: Number(values.programs),
  running: 10,
  rounds: Number(values.rounds),
  seconds: Number(values.seconds)
})
process.stdout.write(
  `supervisord ${theirs.toFixed(1)} calls/s, reeve ${ours.toFixed(1)} calls/s, ratio ${ratio.toFixed(1)}\n`
)
