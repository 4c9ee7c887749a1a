/**
 * The life of a daemon's process in either mode: what it must be before anything else, what it survives, and how it ends. A bug
 * in one corner is told, and never takes the programs down.
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { closeOnExecAll } from "../os/closeOnExecAll.ts"
import { becomeSubreaper } from "../os/ReaperLive.ts"
import { surviveSignals } from "../os/Signals.ts"
import { SpareMemory } from "../os/SpareMemory.ts"
import { stayAlive } from "../os/stayAlive.ts"
import { BootFailure } from "./BootFailure.ts"

/** Ends the process with the status that `main` gives, or that of its BootFailure. */
export const runDaemon = <E>(main: Effect.Effect<number, E>): void => {
  const prepared = Effect.sync(() => {
    closeOnExecAll()
    becomeSubreaper()
    surviveSignals(["SIGHUP", "SIGUSR1", "SIGUSR2"])
    stayAlive()
    new SpareMemory().begin()
  })
  Effect.runCallback(Effect.andThen(prepared, main), {
    onExit: (exit) => {
      if (Exit.isSuccess(exit)) process.exit(exit.value)
      const error = Cause.squash(exit.cause)
      if (error instanceof BootFailure) process.exit(error.code)
      process.stderr.write(`reeve: the daemon failed: ${Cause.pretty(exit.cause)}\n`)
      process.exit(1)
    }
  })
}

/** From now on an exception that nobody caught is told, and everything else goes on. */
export const surviveDefects = (tell: (what: string, error: unknown) => void): void => {
  process.on("uncaughtException", (error) => tell("uncaught exception", error))
  process.on("unhandledRejection", (error) => tell("unhandled rejection", error))
}
