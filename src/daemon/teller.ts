/** Where the daemon's words go: the foreground, or through the keeper to an `up -d` that waits for the boot. */
import type { ConsoleWriter } from "../os/ConsoleWriter.ts"
import type { DaemonOptions } from "./DaemonOptions.ts"
import type { KeeperPipe } from "./keeperPipe.ts"

export interface Teller {
  readonly line: (text: string) => void
  /** The boot is over; `problems`: the files have errors. */
  readonly booted: (problems: boolean) => void
}

export const makeTeller = (
  options: DaemonOptions,
  pipe: KeeperPipe,
  screen: ConsoleWriter["Service"]
): Teller => {
  let waiting = true
  const line = (text: string) => {
    if (!options.detached) screen.out(`${text}\n`)
    else if (waiting) pipe.boot({ kind: "progress", text })
  }
  return {
    line,
    booted: (problems) => {
      if (!options.detached && options.terminal) {
        line("reeve: save a file and this follows. In another shell: reeve status, reeve logs -f")
      }
      pipe.boot({ kind: "ready", text: options.socket, problems })
      waiting = false
    }
  }
}
