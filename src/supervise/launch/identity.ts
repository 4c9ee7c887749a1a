/** Whom a program runs as, and whether reeve may make it so (supervisord.md 2.5, step 5). */
import * as Effect from "effect/Effect"
import type { Definition } from "../../domain/Definition.ts"
import type { Credentials } from "../../os/Spawner.ts"
import { type User, Users } from "../../os/Users.ts"
import { LaunchRefused } from "../Launcher.ts"

export interface Identity {
  /** Null: as reeve itself, also when the program's user is reeve's. */
  readonly credentials: Credentials | null
  /** For checks as that user; null as above. */
  readonly actor: { readonly uid: number; readonly groups: ReadonlyArray<number> } | null
  /** Whose HOME, USER, LOGNAME, SHELL hold; null: the definition names no user. */
  readonly user: User | null
}

export const identityOf = Effect.fnUntraced(function* (definition: Definition) {
  const users = yield* Users
  const wanted = definition.user
  if (wanted === null) return { credentials: null, actor: null, user: null } satisfies Identity
  const user = yield* users.find(wanted)
  if (user === null) {
    const what = /^\d+$/.test(wanted) ? "uid" : "user"
    return yield* refused(wanted, `Can't find ${what} ${wanted}`)
  }
  const uid = users.effectiveUid
  if (user.uid === uid) return { credentials: null, actor: null, user } satisfies Identity
  if (uid !== 0) return yield* refused(String(user.uid), "Can't drop privilege as nonroot user")
  const groups = yield* users.groupsOf(user)
  return {
    credentials: { uid: user.uid, gid: user.gid, name: user.name },
    actor: { uid: user.uid, groups },
    user
  } satisfies Identity
})

const refused = (who: string, reason: string) =>
  new LaunchRefused({ kind: "spawn", text: `couldn't setuid to ${who}: ${reason}` })
