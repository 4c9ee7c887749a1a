/** The user database (getpwnam(3), getgrnam(3)), read anew at each question so that a new user is seen. */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"

export interface User {
  readonly name: string
  readonly uid: number
  readonly gid: number
  readonly home: string
  readonly shell: string
}

export class Users extends Context.Service<
  Users,
  {
    /** By name, or by a uid in decimals; null: no such user. */
    readonly find: (nameOrUid: string) => Effect.Effect<User | null>
    readonly groupId: (nameOrGid: string) => Effect.Effect<number | null>
    /** gids of the primary and all supplementary groups. */
    readonly groupsOf: (user: User) => Effect.Effect<ReadonlyArray<number>>
    readonly effectiveUid: number
    readonly effectiveGid: number
  }
>()("reeve/os/Users") {}
