/** Works once, then waits as a daemon does: says what memory it took, and what it has at each line of its stdin. */
import { SpareMemory } from "../../src/os/SpareMemory.ts"

const say = (text: string) => process.stdout.write(`${text}\n`)

new SpareMemory().begin()
const made = Array.from({ length: 500_000 }, (_, at) => ({ at, text: `${at}` }))
say(`${process.memoryUsage.rss()} ${made.length}`)
made.length = 0
process.stdin.on("data", () => say(`${process.memoryUsage.rss()} 0`))
