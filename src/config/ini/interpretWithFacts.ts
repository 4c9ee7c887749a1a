/**
 * Interprets a document that asks about users and directories by names which are only known on the way. It is
 * interpreted with what is known; what it asked for and nobody knew is looked up, and it is interpreted again. The last
 * round asks for nothing new. Two rounds are usual; a wrong answer is never seen, for a round that had one is dropped.
 */
import * as Effect from "effect/Effect"
import type { Facts, IniContext, UserFact } from "../../core/ini/IniContext.ts"
import type { IniDocument } from "../../core/ini/IniDocument.ts"
import { interpret } from "../../core/ini/interpret.ts"
import { Files } from "../../os/Files.ts"
import { Users } from "../../os/Users.ts"

export const interpretWithFacts = Effect.fnUntraced(function* (
  document: IniDocument,
  context: Omit<IniContext, "facts" | "home">
) {
  const files = yield* Files
  const users = yield* Users
  const home =
    context.environment.get("HOME") ?? (yield* users.find(String(users.effectiveUid)))?.home ?? null
  const known = {
    users: new Map<string, UserFact | null>(),
    directories: new Map<string, boolean>()
  }
  for (;;) {
    const asked = { users: new Set<string>(), directories: new Set<string>() }
    const meaning = interpret(document, { ...context, home, facts: factsOf(known, asked) })
    if (asked.users.size === 0 && asked.directories.size === 0) return meaning
    for (const name of asked.users) known.users.set(name, yield* users.find(name))
    for (const path of asked.directories) {
      const facts = yield* Effect.option(files.stat(path))
      known.directories.set(path, facts._tag === "Some" && facts.value.kind === "directory")
    }
  }
})

interface Known {
  readonly users: ReadonlyMap<string, UserFact | null>
  readonly directories: ReadonlyMap<string, boolean>
}

interface Asked {
  readonly users: Set<string>
  readonly directories: Set<string>
}

/** Until something is known it is taken to be there, so that a round gets as far as it can. */
const factsOf = (known: Known, asked: Asked): Facts => ({
  findUser: (name) => {
    const user = known.users.get(name)
    if (user !== undefined) return user
    asked.users.add(name)
    return { name, home: "/" }
  },
  isDirectory: (path) => {
    const directory = known.directories.get(path)
    if (directory !== undefined) return directory
    asked.directories.add(path)
    return true
  }
})
