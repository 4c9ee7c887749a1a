/**
 * The command line's entry: parses, runs one command, and turns its end into an exit code. The only place that ends the
 * process. Usage errors are one sentence on standard error, never the whole help.
 */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Cause from "effect/Cause"
import * as CliConfig from "effect/cli/CliConfig"
import * as CliError from "effect/cli/CliError"
import * as CliOutput from "effect/cli/CliOutput"
import * as Command from "effect/cli/Command"
import * as GlobalFlag from "effect/cli/GlobalFlag"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import { Terminal, TerminalLive } from "../os/Terminal.ts"
import { version } from "../os/version.ts"
import { CliFailure, ExitWith } from "./CliFailure.ts"
import { exitCodes, planExitCodes } from "./exitCodes.ts"
import { CompletionsFlag } from "./flags.ts"
import { plainFlags } from "./plainFlags.ts"
import { presenter } from "./presenter.ts"
import { root } from "./root.ts"

const Services = Layer.mergeAll(
  NodeServices.layer,
  TerminalLive,
  CliConfig.layer({
    builtIns: [GlobalFlag.Help, GlobalFlag.Version, CompletionsFlag]
  }),
  CliOutput.layerPresenter(presenter)
)

/** Tells a failure that a command did not tell itself; a defect too, so that nothing ends in silence. */
const report = (cause: Cause.Cause<unknown>) =>
  Effect.gen(function* () {
    if (Cause.hasInterruptsOnly(cause)) return
    const terminal = yield* Terminal
    const error = Cause.squash(cause)
    if (error instanceof ExitWith || CliError.isCliError(error)) return
    yield* terminal.err(`reeve: ${error instanceof Error ? error.message : String(error)}\n`)
  })

const codeOf = (exit: Exit.Exit<unknown, unknown>): number => {
  if (Exit.isSuccess(exit)) return exitCodes.done
  if (Cause.hasInterruptsOnly(exit.cause)) return exitCodes.interrupted
  const error = Cause.squash(exit.cause)
  if (error instanceof CliFailure || error instanceof ExitWith) return error.code
  if (CliError.isCliError(error)) return usageCode(error)
  return exitCodes.failed
}

/** A command without its arguments shows its help, which is no error; `plan --exit-code` promises 1. */
const usageCode = (error: CliError.CliError): number => {
  if (error._tag === "ShowHelp" && error.errors.length === 0) return exitCodes.done
  const words = process.argv.slice(2)
  return words.includes("plan") && words.includes("--exit-code")
    ? planExitCodes.error
    : exitCodes.usage
}

/** `reeve help up` is what people try first. */
const helpful = ([first, ...more]: ReadonlyArray<string>): ReadonlyArray<string> =>
  first === "help" ? [...more, "--help"] : first === undefined ? [] : [first, ...more]

Command.runWith(root, { version })(plainFlags(helpful(process.argv.slice(2)), root)).pipe(
  Effect.tapCause(report),
  Effect.provide(Services),
  NodeRuntime.runMain({
    disableErrorReporting: true,
    teardown: (exit, done) => done(codeOf(exit))
  })
)
