/**
 * Works out something that asks about users, groups and directories by names which are only known on the way. It is worked
 * out with what is known; what it asked for and nobody knew is looked up, and it is worked out again. The last round asks for
 * nothing new. Two rounds are usual; a wrong answer is never seen, for a round that had one is dropped.
 */
import * as Effect from "effect/Effect"
import type { Facts, UserFact } from "../../core/ini/IniContext.ts"
import { Files } from "../../os/Files.ts"
import { Users } from "../../os/Users.ts"

/** `home` is what `~` stands for; null: unknown. */
export const withFacts = Effect.fnUntraced(function* <A>(
  environment: ReadonlyMap<string, string>,
  work: (facts: Facts, home: string | null) => A
) {
  const files = yield* Files
  const users = yield* Users
  const home =
    environment.get("HOME") ?? (yield* users.find(String(users.effectiveUid)))?.home ?? null
  const known = {
    users: new Map<string, UserFact | null>(),
    groups: new Map<string, number | null>(),
    directories: new Map<string, boolean>()
  }
  for (;;) {
    const asked = {
      users: new Set<string>(),
      groups: new Set<string>(),
      directories: new Set<string>()
    }
    const result = work(factsOf(known, asked), home)
    if (asked.users.size + asked.groups.size + asked.directories.size === 0) return result
    for (const name of asked.users) known.users.set(name, yield* users.find(name))
    for (const name of asked.groups) known.groups.set(name, yield* users.groupId(name))
    for (const path of asked.directories) {
      const facts = yield* Effect.option(files.stat(path))
      known.directories.set(path, facts._tag === "Some" && facts.value.kind === "directory")
    }
  }
})

interface Known {
  readonly users: ReadonlyMap<string, UserFact | null>
  readonly groups: ReadonlyMap<string, number | null>
  readonly directories: ReadonlyMap<string, boolean>
}

interface Asked {
  readonly users: Set<string>
  readonly groups: Set<string>
  readonly directories: Set<string>
}

/** Until something is known it is taken to be there, so that a round gets as far as it can. */
const factsOf = (known: Known, asked: Asked): Facts => ({
  findUser: (name) => {
    const user = known.users.get(name)
    if (user !== undefined) return user
    asked.users.add(name)
    return { name, uid: 0, gid: 0, home: "/" }
  },
  findGroup: (name) => {
    const group = known.groups.get(name)
    if (group !== undefined) return group
    asked.groups.add(name)
    return 0
  },
  isDirectory: (path) => {
    const directory = known.directories.get(path)
    if (directory !== undefined) return directory
    asked.directories.add(path)
    return true
  }
})
