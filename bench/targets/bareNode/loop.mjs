/**
 * loop.mjs LIST LOGS ROTATE RESTARTS: what fixtures/floor.c does, as one writes it with node:child_process. Plain JavaScript, so that
 * nothing has to be stripped at its start.
 */
import { spawn } from "node:child_process"
import { closeSync, openSync, readFileSync, renameSync, rmSync, writeSync } from "node:fs"

const [list = "", logs = "-", rotate = "0", restarts = "1"] = process.argv.slice(2)
const rotateAt = Number(rotate)
const kept = 3
let isStopping = false

const listed = () =>
  readFileSync(list, "utf8")
    .split("\n")
    .slice(0, -1)
    .map((line) => ({ line, words: line.split("\t") }))

const openLog = (name) => openSync(`${logs}/${name}.log`, "a")

const rotated = (program, name) => {
  closeSync(program.file)
  const path = `${logs}/${name}.log`
  // First, as ext4 writes a file out that is renamed over another (mount option auto_da_alloc).
  rmSync(`${path}.${kept}`, { force: true })
  for (let age = kept - 1; age >= 0; age--) {
    try {
      renameSync(age === 0 ? path : `${path}.${age}`, `${path}.${age + 1}`)
    } catch {
      // There are not so many yet.
    }
  }
  program.file = openLog(name)
  program.size = 0
}

const capture = (program, chunk) => {
  if (rotateAt > 0 && program.size > 0 && program.size + chunk.length > rotateAt) {
    rotated(program, program.words[0])
  }
  for (let done = 0; done < chunk.length; ) done += writeSync(program.file, chunk, done)
  program.size += chunk.length
}

const start = (program) => {
  const [, command, ...words] = program.words
  const stdout = logs === "-" ? "ignore" : "pipe"
  program.isDue = false
  program.child = spawn(command, words, { stdio: ["ignore", stdout, "ignore"], detached: true })
  program.child.stdout?.on("data", (chunk) => capture(program, chunk))
  program.child.once("exit", () => {
    program.child = null
    if (!isStopping && (restarts === "1" || program.isDue)) start(program)
  })
}

const programs = listed().map(({ line, words }) => ({ line, words, file: -1, size: 0 }))
for (const program of programs) {
  if (logs !== "-") program.file = openLog(program.words[0])
  start(program)
}

process.on("SIGHUP", () => {
  for (const [at, { line, words }] of listed().entries()) {
    const program = programs[at]
    if (program.line === line) continue
    Object.assign(program, { line, words, isDue: true })
    program.child?.kill("SIGTERM")
  }
})

// Without programs nothing else would keep it.
const idle = setInterval(() => undefined, 2 ** 31 - 1)

process.once("SIGTERM", () => {
  isStopping = true
  clearInterval(idle)
  for (const { child } of programs) child?.kill("SIGTERM")
})
