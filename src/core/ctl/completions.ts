/** What Tab offers in the shell (supervisord.md 5.5): actions, group names, or names of processes, by the action typed. */
import { words } from "../ini/pythonText.ts"
import { helpTexts } from "./helpText.ts"
import type { ProcessRow } from "./readStruct.ts"

export type CompletionKind = "action" | "group" | "process" | "none"

const ofGroups: ReadonlySet<string> = new Set(["add", "remove", "update"])
const ofProcesses: ReadonlySet<string> = new Set([
  "clear",
  "fg",
  "pid",
  "restart",
  "signal",
  "start",
  "status",
  "stop",
  "tail"
])

/** `line` up to the cursor. */
export const completionKind = (line: string): CompletionKind => {
  const [action, ...others] = words(line)
  if (action === undefined || (others.length === 0 && !line.endsWith(" "))) return "action"
  if (action === "help") return "action"
  if (ofGroups.has(action)) return "group"
  return ofProcesses.has(action) ? "process" : "none"
}

/** The last word: `:`, `*` and `-` belong to names, unlike elsewhere in a line editor. */
export const completedWord = (line: string): string =>
  /[^ \t\n`~!@#$%^&()=+[{\]}\\|;'",<>/?]*$/.exec(line)?.[0] ?? ""

export const completeAction = (word: string): ReadonlyArray<string> =>
  matching(["help", ...helpTexts.keys()], word)

export const completeGroup = (
  word: string,
  rows: ReadonlyArray<ProcessRow>
): ReadonlyArray<string> => matching(new Set(rows.map(({ group }) => group)), word)

export const completeProcess = (
  word: string,
  rows: ReadonlyArray<ProcessRow>
): ReadonlyArray<string> => {
  const names = new Set<string>()
  for (const { group, name } of rows) {
    if (word.includes(":") || name !== group) {
      names.add(`${group}:${name}`)
      names.add(`${group}:*`)
    } else {
      names.add(name)
    }
  }
  return matching(names, word)
}

const matching = (names: Iterable<string>, word: string): ReadonlyArray<string> =>
  [...names].filter((name) => name.startsWith(word)).map((name) => `${name} `)
