/**
 * The keeper: the small parent that outlives a crash of the daemon. It starts the daemon, and another when that has died; keeps
 * what the next one needs to take over; passes signals on, and ends as the daemon ended. It is simple, and fit to be PID 1.
 *
 * The daemon gets a session of its own. A terminal sends Ctrl-C to every process of its foreground group: if the daemon were
 * one of them it would get each signal twice, the terminal's and the one passed on, and Ctrl-Z would stop supervision.
 */
import { type KeeperOptions, keeperOptions } from "../core/keeperProtocol.ts"
import { closeOnExecAll } from "../os/closeOnExecAll.ts"
import * as libc from "../os/libc.ts"
import { SpareMemory } from "../os/SpareMemory.ts"
import { say } from "../os/say.ts"
import { Keeper } from "./Keeper.ts"
import { begin, recall } from "./Knowledge.ts"

const STOPPING = ["SIGTERM", "SIGINT", "SIGQUIT"] as const
/** USR1 too: Node would open its debugger. */
const OTHERS = ["SIGHUP", "SIGUSR1", "SIGUSR2", "SIGWINCH"] as const

const main = (options: KeeperOptions): void => {
  const known = options.known === undefined ? begin(options) : recall(options, options.known)
  closeOnExecAll()
  libc.prctl(libc.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
  const keeper = new Keeper(known)
  // Before there is a daemon: a signal that ended the keeper then would leave the daemon behind.
  for (const signal of STOPPING) process.on(signal, () => keeper.stopAsked(signal))
  for (const signal of OTHERS) process.on(signal, () => keeper.signalCame(signal))
  process.on("SIGCHLD", () => keeper.look())
  process.on("uncaughtException", (error) => say(`a fault of the keeper: ${error.message}`))
  // Signals alone are no reason for Node to go on, and it loses some where very many come at once.
  setInterval(() => keeper.look(), 60_000)
  keeper.run()
  new SpareMemory().begin()
}

try {
  main(keeperOptions(process.argv[2]))
} catch (error) {
  say(error instanceof Error ? error.message : String(error))
  process.exit(1)
}
