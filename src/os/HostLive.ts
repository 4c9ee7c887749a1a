/** The Host as it is when this layer is built. Reads only: the umask is asked of /proc, never by setting it. */
import { availableParallelism, hostname, totalmem } from "node:os"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { currentUmask } from "./currentUmask.ts"
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
