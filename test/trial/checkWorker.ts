/**
 * The thread that reads every log of the trial while it is written, so that the moments of the kills stay exact. Of the shared
 * counters the first is the trial's (1: end once nothing more comes), the others are this thread's: bytes, and passes that found
 * next to nothing.
 */
import { parentPort, workerData } from "node:worker_threads"
import type { CheckedLog, CheckOrder, LogSeen } from "./Checker.ts"
import { LineCheck } from "./LineCheck.ts"
import { RotatedLog } from "./RotatedLog.ts"

const bufferBytes = 1024 * 1024
const restMs = 10
/** Passes without anything new, before all is taken for read. */
const quietPasses = 20

interface Reading extends CheckedLog {
  readonly log: RotatedLog
  readonly check: LineCheck
  /** The beginning of a line that is not whole yet. */
  rest: Buffer
  bytes: number
}

const run = ({ counters, logs }: CheckOrder): ReadonlyArray<LogSeen> => {
  const told = new BigInt64Array(counters)
  const idle = new Int32Array(new SharedArrayBuffer(4))
  const buffer = Buffer.allocUnsafe(bufferBytes)
  const readings = logs.map(
    (checked): Reading => ({
      ...checked,
      log: new RotatedLog(checked.path, checked.backups),
      check: new LineCheck(checked.letter, checked.name, checked.lineBytes),
      rest: Buffer.alloc(0),
      bytes: 0
    })
  )
  for (let quiet = 0; quiet < quietPasses; ) {
    const bytes = readings.reduce((sum, reading) => sum + advance(reading, buffer), 0)
    Atomics.add(told, 1, BigInt(bytes))
    if (bytes < bufferBytes) Atomics.add(told, 2, 1n)
    if (bytes > 0) quiet = 0
    else if (Atomics.load(told, 0) === 1n) quiet++
    // Where much comes it is read at once: what is rotated away is lost.
    if (bytes < bufferBytes) Atomics.wait(idle, 0, 0, restMs)
  }
  return readings.map(({ bytes, check, log, name, letter, lineBytes, rest }) => {
    log.close()
    const { overtaken, rotations } = log
    return { name, letter, lineBytes, bytes, rotations, overtaken, ...check.finish(rest) }
  })
}

/** Reads what there is, a few buffers of it at most, so that no log waits long for another. */
const advance = (reading: Reading, buffer: Buffer): number => {
  let total = 0
  for (let turn = 0; turn < 8; turn++) {
    reading.rest.copy(buffer)
    const count = reading.log.read(buffer, reading.rest.length)
    if (count === 0) break
    total += count
    const filled = buffer.subarray(0, reading.rest.length + count)
    reading.rest = Buffer.from(filled.subarray(reading.check.consume(filled)))
  }
  reading.bytes += total
  return total
}

const before = process.threadCpuUsage()
const seen = run(workerData)
const { system, user } = process.threadCpuUsage(before)
parentPort?.postMessage({ seen, cpuSeconds: (system + user) / 1e6 })
