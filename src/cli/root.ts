/** The command tree. Each command is a file of its own; what is heavy is imported when it runs. */
import * as Command from "effect/cli/Command"
import { apply } from "./apply.ts"
import { check } from "./check.ts"
import { makeCompletions } from "./completions.ts"
import { describe, inspect } from "./describe.ts"
import { diff } from "./diff.ts"
import { doctor } from "./doctor.ts"
import { down } from "./down.ts"
import { events } from "./events.ts"
import { explain } from "./explain.ts"
import { exportDesired } from "./export.ts"
import { ColorFlag, SocketFlag, StateDirectoryFlag } from "./flags.ts"
import { graph } from "./graph.ts"
import { history } from "./history.ts"
import { importIni } from "./import.ts"
import { init } from "./init.ts"
import { install } from "./install.ts"
import { logs } from "./logs.ts"
import { plan } from "./plan.ts"
import { release } from "./release.ts"
import { reload } from "./reload.ts"
import { restart } from "./restart.ts"
import { resume } from "./resume.ts"
import { rollback } from "./rollback.ts"
import { scale } from "./scale.ts"
import { signal } from "./signal.ts"
import { start } from "./start.ts"
import { ps, status } from "./status.ts"
import { stop } from "./stop.ts"
import { supervisorctl, supervisord } from "./supervisordCommands.ts"
import { up } from "./up.ts"
import { upgrade } from "./upgrade.ts"
import { wait } from "./wait.ts"
import { why } from "./why.ts"

const completions = makeCompletions((): Command.Command.Any => root)

export const root = Command.make("reeve").pipe(
  Command.withDescription(
    "Keeps programs running in the state that your files declare: save a file, and what runs follows."
  ),
  Command.withSubcommands([
    { group: "Run", commands: [init, up, down, upgrade, install, doctor] },
    { group: "Look", commands: [status, ps, describe, inspect, why, logs, events, wait] },
    { group: "Change by hand", commands: [start, stop, restart, reload, signal, scale, release] },
    {
      group: "Desired state",
      commands: [plan, apply, rollback, resume, check, graph, history, diff, explain]
    },
    {
      group: "From and to supervisord, and shells",
      commands: [supervisord, supervisorctl, importIni, exportDesired, completions]
    }
  ]),
  Command.withGlobalFlags([SocketFlag, StateDirectoryFlag, ColorFlag]),
  Command.withExamples([
    { command: "reeve init && reeve up", description: "From nothing to a first program" },
    { command: "reeve up -d", description: "Start in the background" },
    { command: "reeve status", description: "What runs?" },
    { command: "reeve logs -f web", description: "What does it print?" },
    { command: "reeve plan", description: "What would a save change?" },
    { command: "reeve up --help", description: "All about one command" }
  ])
)
