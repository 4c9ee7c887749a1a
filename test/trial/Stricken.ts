/** How each mode strikes, and what must be done for a new daemon to come. */
import type { DaemonInfo } from "../../src/api/messages.ts"
import type { Estate, Up } from "../real/Estate.ts"
import type { Mode } from "./Facts.ts"

export interface Stricken {
  readonly info: () => Promise<DaemonInfo>
  /** Nothing will come any more: the keeper has ended. */
  readonly over: () => boolean
  /** The deed itself; what takes time goes into `mend`. */
  readonly strike: (info: DaemonInfo) => void
  readonly mend: () => Promise<void>
}

export const strickenBy = (mode: Mode, estate: Estate, first: Up): Stricken => {
  const { info } = estate
  switch (mode) {
    case "daemon":
      return {
        info,
        over: () => first.child.exitCode !== null,
        strike: ({ daemon }) => process.kill(daemon.pid, "SIGKILL"),
        mend: () => Promise.resolve()
      }
    case "both": {
      let up = first
      return {
        info,
        over: () => up.child.exitCode !== null,
        strike: ({ daemon }) => {
          process.kill(up.pid, "SIGKILL")
          process.kill(daemon.pid, "SIGKILL")
        },
        mend: async () => {
          await up.ended
          up = await estate.up("--quiet")
        }
      }
    }
    case "upgrade":
      return {
        info,
        over: () => first.child.exitCode !== null,
        strike: () => undefined,
        mend: async () => {
          const ran = await estate.run("upgrade", "--force")
          if (ran.code !== 0) throw new Error(`upgrade ended with ${ran.code}: ${ran.err}`)
        }
      }
  }
}
