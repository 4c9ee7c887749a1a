/**
 * The entry of `reeve status`, which scripts call in loops: a bundle of its own, that starts the command line only for what it
 * does not understand itself.
 */
import { runKept } from "../os/keptCode.ts"
import { exitCodes } from "./exitCodes.ts"
import { quickStatus } from "./quickStatus.ts"

/** As it ends when the command line runs it. */
const interrupted = (): never => process.exit(exitCodes.interrupted)

const main = async (): Promise<void> => {
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, interrupted)
  const code = await quickStatus(process.argv.slice(3)).catch(() => null)
  for (const signal of ["SIGINT", "SIGTERM"]) process.off(signal, interrupted)
  if (code !== null) process.exitCode = code
  else {
    const { url } = import.meta
    await runKept({ url, source: "./main.ts", bundle: "cli", stateDirectory: null })
  }
}

await main()
