/** The types of values that name users and groups (supervisord.md 1.4). */
import * as Result from "effect/Result"
import type { Facts, UserFact } from "./IniContext.ts"
import { integer, type Read } from "./valueTypes.ts"

/** By name, or by a uid that belongs to somebody. */
export const userNamed = (text: string, facts: Pick<Facts, "findUser">): Read<UserFact> => {
  const uid = integer(text)
  const found = facts.findUser(Result.isSuccess(uid) ? String(uid.success) : text)
  if (found !== null) return Result.succeed(found)
  return Result.fail(`Invalid user ${Result.isSuccess(uid) ? "id" : "name"} ${text}`)
}

export interface Owner {
  readonly uid: number
  /** -1: left as it is. */
  readonly gid: number
}

/** `user` or `user:group`. */
export const ownerNamed = (text: string, facts: Facts): Read<Owner> => {
  const colon = text.indexOf(":")
  const user = userNamed(colon < 0 ? text : text.slice(0, colon), facts)
  if (Result.isFailure(user)) return Result.fail(user.failure)
  const { uid } = user.success
  if (colon < 0) return Result.succeed({ uid, gid: -1 })
  const group = text.slice(colon + 1)
  const number = integer(group)
  const gid = facts.findGroup(Result.isSuccess(number) ? String(number.success) : group)
  return gid === null
    ? Result.fail(`Invalid group ${Result.isSuccess(number) ? "id" : "name"} ${group}`)
    : Result.succeed({ uid, gid })
}
