/** The exit codes of each command, in its help. The numbers are those of the one table in exitCodes.ts. */
import { exitCodes, planExitCodes } from "./exitCodes.ts"

/** In the order of the numbers. */
export type ExitNotes = ReadonlyArray<readonly [code: number, text: string]>

const usage = [exitCodes.usage, "wrong usage"] as const
const noDaemon = [exitCodes.lockOrNoDaemon, "no reeve runs here"] as const

/** What a command of `withDaemon` ends with. */
const asked = (done: string, failed: string): ExitNotes => [
  [exitCodes.done, done],
  [exitCodes.failed, failed],
  usage,
  noDaemon
]
const here = (done: string, failed: string): ExitNotes => [
  [exitCodes.done, done],
  [exitCodes.failed, failed],
  usage
]
const unknownName = "no such name"
const byHand = (done: string) => asked(done, "no such name, or it failed for an instance")

const notes: ReadonlyMap<string, ExitNotes> = new Map([
  [
    "reeve",
    [
      [exitCodes.done, "done"],
      [exitCodes.failed, "failed"],
      usage,
      [exitCodes.unhealthy, "applied, but something is not healthy"],
      [exitCodes.stalePlan, "the saved plan is stale"],
      [exitCodes.lockOrNoDaemon, "no reeve runs here, or another one already does"],
      [exitCodes.held, "held back by a guard"],
      [exitCodes.rolledBack, "an apply failed, and what ran before runs again"],
      [exitCodes.leftAsIs, "an apply failed, and what it had done was left so"],
      [exitCodes.interrupted, "interrupted"]
    ]
  ],
  [
    "supervisord",
    [
      [exitCodes.done, "everything was stopped in order; in the background: it is up"],
      [exitCodes.failed, "--exit-when: a program failed"],
      [exitCodes.usage, "wrong usage, a wrong configuration, or another one runs already"]
    ]
  ],
  [
    "supervisorctl",
    [[exitCodes.done, "done"], [exitCodes.failed, "failed; more codes as supervisorctl's"], usage]
  ],
  [
    "up",
    [
      [exitCodes.done, "everything was stopped in order; -d: it is up"],
      [
        exitCodes.failed,
        "it could not come up, the files have errors (-d: it runs on all the same), or --exit-when: a program failed"
      ],
      usage,
      [
        exitCodes.lockOrNoDaemon,
        "another reeve already runs on this state directory; --replace-keeper: none does"
      ],
      [exitCodes.held, "--replace-keeper: refused, and nothing was changed"]
    ]
  ],
  [
    "down",
    [
      ...asked("everything is stopped; --leave: reeve has ended", "it could not be stopped"),
      [exitCodes.held, "--leave: the programs would not outlive it"]
    ]
  ],
  [
    "upgrade",
    [
      ...asked("the daemon is the installed version", "no new daemon came up in time"),
      [exitCodes.held, "refused; its sentence says why, and nothing was changed"]
    ]
  ],
  ["init", here("written", "programs/ exists, or cannot be written")],
  [
    "install",
    [
      ...here("written, or there already", "it cannot be written"),
      [exitCodes.held, "another unit is there: see --force"]
    ]
  ],
  ["doctor", here("all that is needed is there (warnings or not)", "something is missing")],
  [
    "status",
    [
      [exitCodes.done, "told"],
      [exitCodes.failed, unknownName],
      usage,
      [exitCodes.unhealthy, "--check: something is not healthy"],
      noDaemon
    ]
  ],
  ["describe", asked("told", unknownName)],
  ["why", asked("told", unknownName)],
  ["logs", asked("told", unknownName)],
  ["events", asked("told", unknownName)],
  ["wait", asked("all of them are in that state", "not in time, or no such name")],
  ["start", byHand("started")],
  ["stop", byHand("stopped")],
  ["restart", byHand("restarted")],
  ["reload", byHand("told")],
  ["signal", byHand("sent")],
  ["scale", byHand("done")],
  ["release", byHand("released")],
  [
    "plan",
    [
      [exitCodes.done, "told; --exit-code: there is nothing to do"],
      [exitCodes.failed, "the files have errors, or the plan cannot be made"],
      [
        planExitCodes.actions,
        "wrong usage; --exit-code: there is something to do (wrong usage is 1 then)"
      ]
    ]
  ],
  [
    "apply",
    [
      [exitCodes.done, "applied"],
      [exitCodes.failed, "the files have errors"],
      usage,
      [exitCodes.unhealthy, "applied, but something is not healthy"],
      [exitCodes.stalePlan, "what the saved plan touches has moved since"],
      noDaemon,
      [exitCodes.held, "a program is protected (see --yes-protected), or a generation is pinned"],
      [exitCodes.rolledBack, "it failed and was rolled back (update.rollback)"],
      [exitCodes.leftAsIs, "it failed; what it had done was left so"]
    ]
  ],
  [
    "rollback",
    [
      [exitCodes.done, "gone back"],
      [exitCodes.failed, "no such generation, the answer was no, or something else came first"],
      usage,
      [exitCodes.unhealthy, "gone back, but something is not healthy"],
      noDaemon,
      [exitCodes.held, "a program is protected, or there is nothing to go back to"],
      [exitCodes.leftAsIs, "it failed; what it had done was left so"]
    ]
  ],
  [
    "resume",
    [
      [exitCodes.done, "the files decide, and what they say is applied"],
      [exitCodes.failed, "the files decide, but have errors"],
      usage,
      [exitCodes.unhealthy, "applied, but something is not healthy"],
      noDaemon,
      [exitCodes.held, "the files decide, but what they say waits for reeve apply"],
      [exitCodes.rolledBack, "what they say failed and was rolled back (update.rollback)"],
      [exitCodes.leftAsIs, "what they say failed; what it had done was left so"]
    ]
  ],
  ["check", here("no errors (warnings or not)", "errors")],
  ["graph", here("told", "the files have errors, or no such name")],
  ["history", asked("told", "it cannot be read")],
  ["show", asked("told", "no such generation")],
  ["diff", asked("told", "no such generation")],
  [
    "explain",
    [
      [exitCodes.done, "told"],
      [exitCodes.usage, "no such field"]
    ]
  ],
  ["import", here("printed", "the file has errors")],
  ["export", here("printed", "the files have errors")],
  ["completions", [[exitCodes.done, "printed"], usage]]
])

/** `path`: as in the usage, "reeve history show". Aliases have those of their command. */
export const exitNotesOf = (path: ReadonlyArray<string>): ExitNotes => {
  const name = path.at(-1) ?? "reeve"
  return notes.get(aliases.get(name) ?? name) ?? []
}

const aliases: ReadonlyMap<string, string> = new Map([
  ["ls", "status"],
  ["ps", "status"],
  ["inspect", "describe"]
])
