/** What the daemon tells its keeper of itself. A keeper that does not listen costs nothing. */
import * as Effect from "effect/Effect"
import { ENDING, LISTENING, RESTARTING } from "../core/keeperProtocol.ts"
import { renewedKeeper } from "../os/KeeperLive.ts"
import { keeperLink } from "../os/keeperLink.ts"
import { type BootLine, bootLineText } from "./BootLine.ts"

export interface KeeperPipe {
  readonly boot: (line: BootLine) => void
  /** Signals are heard from now on. */
  readonly listening: () => void
  /** From now on whatever exit status follows is meant. */
  readonly ending: () => void
  /** The keeper is to start a new daemon when this one has ended with status 0. */
  readonly restarting: () => void
  /** The keeper is to end too when this one has ended with status 0, and touch nothing. */
  readonly leaving: () => void
  /** The keeper is to start this entry when this daemon has ended; the programs go on. */
  readonly replacing: (daemon: string, daemonArgs: ReadonlyArray<string>) => void
  /** The keeper is to become this entry. Gives the one that then says hello; null: none did in time. */
  readonly renew: (keeper: string) => ReturnType<typeof renewedKeeper>
}

export const keeperPipe = (): KeeperPipe => {
  const { flush, say } = keeperLink()
  /** What decides what the keeper does after this process must not be lost with it. */
  const sayNow = (line: string) => {
    say(line)
    flush()
  }
  return {
    boot: (line) => sayNow(bootLineText(line).trimEnd()),
    listening: () => say(LISTENING),
    ending: () => sayNow(ENDING),
    restarting: () => sayNow(RESTARTING),
    leaving: () => sayNow("leaving"),
    replacing: (daemon, daemonArgs) =>
      sayNow(`replacing ${JSON.stringify({ daemon, daemonArgs })}`),
    renew: (keeper) =>
      Effect.suspend(() => {
        const hello = renewedKeeper()
        say(`renew ${JSON.stringify({ keeper })}`)
        return hello
      })
  }
}
