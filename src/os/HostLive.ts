/** The Host as it is when this layer is built. Reads only: the umask is asked of /proc, never by setting it. */
import { readFileSync } from "node:fs"
import { availableParallelism, hostname, totalmem } from "node:os"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Host } from "./Host.ts"
import { startEnvironment } from "./startEnvironment.ts"

export const HostLive = Layer.effect(
  Host,
  Effect.sync(() => ({
    platform: process.platform,
    hostname: hostname(),
    pid: process.pid,
    environment: startEnvironment(process.env),
    directory: process.cwd(),
    umask: currentUmask(),
    cpus: availableParallelism(),
    memoryBytes: totalmem()
  }))
)

/** 022 where /proc has no such line (Linux before 4.7). */
const currentUmask = (): number => {
  try {
    const [, octal] = /^Umask:\s*([0-7]+)/m.exec(readFileSync("/proc/self/status", "utf8")) ?? []
    return octal === undefined ? 0o022 : Number.parseInt(octal, 8)
  } catch {
    return 0o022
  }
}
