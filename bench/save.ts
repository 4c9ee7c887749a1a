/**
 * Time from the close of a saved file to the first instruction of the restarted program, whose old process exits at
 * once on TERM. Usage: node bench/save.ts [SAVES] [PROGRAMS …]; defaults: 50 saves, with 1 and with 1,000 programs.
 */
import { execFileSync, spawn } from "node:child_process"
import { constants, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs"
import { Socket } from "node:net"
import { tmpdir } from "node:os"
import { fileURLToPath } from "node:url"

const reeve = fileURLToPath(new URL("../dist/reeve.js", import.meta.url))
const [saves = 50, ...counts] = process.argv.slice(2).map(Number)

const target = (fifo: string, save: number) => `import { defineProgram } from "reeve"

export const target = defineProgram({
  command: ["/bin/sh", "-c", "echo ${save} > ${fifo}; exec sleep 100000"],
  start: { stableAfter: "0s" }
})
`

const others = (count: number) => `import { defineProgram } from "reeve"

export default Array.from({ length: ${count} }, (_, index) =>
  defineProgram({ name: \`other-\${index}\`, command: ["sleep", "100000"], start: { stableAfter: "0s" } })
)
`

/** Tells each number that arrives, once. */
const arrivals = (fifo: string) => {
  const socket = new Socket({
    fd: openSync(fifo, constants.O_RDWR | constants.O_NONBLOCK),
    writable: false
  })
  const waiting = new Map<string, () => void>()
  socket.on("data", (chunk) => {
    for (const line of chunk.toString().trim().split("\n")) waiting.get(line)?.()
  })
  const arrival = (save: number) =>
    new Promise<number>((resolve, reject) => {
      const late = setTimeout(
        () => reject(new Error(`save ${save} started nothing in 30 s`)),
        30_000
      )
      waiting.set(String(save), () => {
        clearTimeout(late)
        resolve(performance.now())
      })
    })
  return { arrival, close: () => socket.destroy() }
}

const measure = async (programs: number): Promise<ReadonlyArray<number>> => {
  const top = mkdtempSync(`${tmpdir()}/reeve-save-`)
  const fifo = `${top}/started`
  const directory = `${top}/programs`
  mkdirSync(directory)
  execFileSync("mkfifo", [fifo])
  const { arrival, close } = arrivals(fifo)
  if (programs > 1) writeFileSync(`${directory}/others.ts`, others(programs - 1))
  writeFileSync(`${directory}/target.ts`, target(fifo, 0))
  const first = arrival(0)
  const up = spawn(
    process.execPath,
    [reeve, "up", directory, "--state-dir", `${top}/state`, "--quiet"],
    {
      stdio: ["ignore", "ignore", "inherit"]
    }
  )
  const ended = new Promise((resolve) => up.once("exit", resolve))
  try {
    await first
    // All of them: the boot of a thousand programs is another measurement.
    execFileSync(process.execPath, [
      reeve,
      "wait",
      "all",
      "--for",
      "running",
      "--state-dir",
      `${top}/state`
    ])
    const times: Array<number> = []
    for (let save = 1; save <= saves; save++) {
      const arrived = arrival(save)
      writeFileSync(`${directory}/target.ts`, target(fifo, save))
      const closed = performance.now()
      times.push((await arrived) - closed)
      // Quiet before the next save: one save is one event for the watcher.
      await new Promise((resolve) => setTimeout(resolve, 400))
    }
    return times.sort((a, b) => a - b)
  } finally {
    up.kill("SIGTERM")
    await ended
    close()
    rmSync(top, { recursive: true, force: true })
  }
}

for (const programs of counts.length === 0 ? [1, 1000] : counts) {
  const times = await measure(programs)
  const at = (share: number) =>
    (times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0).toFixed(1)
  console.log(
    `${programs} programs, ${times.length} saves: median ${at(0.5)} ms, p99 ${at(0.99)} ms, ` +
      `min ${at(0)} ms, max ${at(1)} ms`
  )
}
