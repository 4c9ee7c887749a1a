/**
 * The library takes a word such as `1`, `on` or `yes` behind a flag that has no value for its value: `rollback --yes 1` would
 * go elsewhere than to generation 1, and `stop --json on` would have no name. Here such a flag is told to be set, and the word
 * stays.
 */
import type * as Command from "effect/cli/Command"
import * as Completions from "effect/cli/Completions"

export const plainFlags = (
  words: ReadonlyArray<string>,
  root: Command.Command.Any
): ReadonlyArray<string> => {
  const end = words.indexOf("--")
  const [own, rest] = end < 0 ? [words, []] : [words.slice(0, end), words.slice(end)]
  if (!own.some(isTakenAt)) return words
  const flags = plainFlagsOf(own, Completions.fromCommand(root))
  const told = own.map((word, at) =>
    isTakenAt(word, at, own) && flags.has(word) ? `${word}=true` : word
  )
  return [...told, ...rest]
}

/** A flag, and behind it a word that the library would take. */
const isTakenAt = (word: string, at: number, words: ReadonlyArray<string>): boolean =>
  /^--?[a-z-]+$/.test(word) && /^(true|false|yes|no|on|off|y|n|1|0)$/.test(words[at + 1] ?? "")

/** Those without a value, of the command that the words name and of all above it. */
const plainFlagsOf = (
  words: ReadonlyArray<string>,
  root: Completions.CommandDescriptor
): ReadonlySet<string> => {
  const found = new Set<string>()
  let command = root
  const take = (): void => {
    for (const { aliases, name, type } of command.flags) {
      if (type._tag !== "Boolean") continue
      found.add(`--${name}`)
      for (const alias of aliases) found.add(alias.length === 1 ? `-${alias}` : `--${alias}`)
    }
  }
  take()
  for (const word of words) {
    const next = command.subcommands.find(({ name }) => name === word)
    if (next === undefined) continue
    command = next
    take()
  }
  return found
}
