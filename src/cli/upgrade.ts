/** `reeve upgrade`: what it takes and what it says. The work is in replaceDaemon, which is loaded when it is needed. */
import { join } from "node:path"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import { jsonFlag, timeoutFlag } from "./flags.ts"
import { pathsOfCommand } from "./pathsOfCommand.ts"
import type { Replaced } from "./replaceDaemon.ts"
import { screen } from "./screen.ts"
import { withDaemon } from "./withDaemon.ts"

export const upgrade = Command.make(
  "upgrade",
  {
    force: Flag.Boolean("force").pipe(
      Flag.withDefault(false),
      Flag.withoutNegation,
      Flag.withDescription("Replace the daemon also by one of its own version")
    ),
    timeout: timeoutFlag,
    json: jsonFlag
  },
  Effect.fnUntraced(function* ({ force, json, timeout }) {
    const shown = yield* screen
    const { logDirectory } = yield* pathsOfCommand(null)
    const { replaceDaemon } = yield* Effect.promise(() => import("./replaceDaemon.ts"))
    const replaced = yield* withDaemon((client) =>
      replaceDaemon(client, {
        who: shown.terminal.user,
        force,
        timeoutMs: timeout,
        crashFile: join(logDirectory, "crash.log"),
        tell: (text) => (json ? Effect.void : shown.note(shown.style.dim(`reeve: ${text}`)))
      })
    )
    if (json) yield* shown.json(replaced)
    else yield* shown.line(textOf(replaced))
  })
).pipe(
  Command.withDescription(
    "Replace the daemon by the installed version, the one that this command is of; its programs go on."
  ),
  Command.withShortDescription("Replace the daemon by the installed version"),
  Command.withExamples([
    { command: "npm install -g reeve && reeve upgrade", description: "The newest version" },
    { command: "reeve upgrade --force", description: "A new daemon, also of the same version" }
  ])
)

const textOf = ({
  daemon,
  from,
  keeper,
  replaced,
  to,
  unsupervisedMs,
  wentOn,
  ended
}: Replaced) => {
  if (!replaced)
    return `The daemon (pid ${daemon}) is of version ${to} already. (--force replaces it all the same.)`
  const time =
    unsupervisedMs === null ? "" : `, for ${unsupervisedMs} ms at most without supervision`
  const gone = ended === 0 ? "" : ` ${counted(ended)} ended or began anew meanwhile.`
  const lines = [
    `reeve ${from} -> ${to}: the daemon has pid ${daemon} now.`,
    `${counted(wentOn)} went on${time}.${gone}`
  ]
  if (keeper !== null && keeper !== to) {
    lines.push(
      `The keeper is still of version ${keeper}; to replace it too: reeve up --replace-keeper`
    )
  }
  return lines.join("\n")
}

const counted = (count: number): string => (count === 1 ? "1 program" : `${count} programs`)
