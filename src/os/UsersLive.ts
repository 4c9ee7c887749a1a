/**
 * Users on this machine: /etc/passwd and /etc/group first, which is what nearly every question needs; names that are
 * not there are asked of `getent`, which knows directory services (nsswitch.conf(5)).
 */
import { execFile } from "node:child_process"
import { readFile } from "node:fs/promises"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { type User, Users } from "./Users.ts"

export const UsersLive = Layer.sync(Users, () => ({
  find: (nameOrUid: string) => Effect.promise(() => find(nameOrUid)),
  groupId: (nameOrGid: string) => Effect.promise(() => groupId(nameOrGid)),
  groupsOf: (user: User) => Effect.promise(() => groupsOf(user)),
  effectiveUid: process.geteuid?.() ?? -1,
  effectiveGid: process.getegid?.() ?? -1
}))

type Row = ReadonlyArray<string>

const find = async (key: string): Promise<User | null> => {
  const row = await lookUp("passwd", key)
  if (row === null) return null
  const [name = "", , uid = "", gid = "", , home = "", shell = ""] = row
  return { name, uid: Number(uid), gid: Number(gid), home, shell }
}

const groupId = async (key: string): Promise<number | null> => {
  const row = await lookUp("group", key)
  return row === null ? null : Number(row[2])
}

/** As initgroups(3): the primary group, then every group that lists the user. */
const groupsOf = async (user: User): Promise<ReadonlyArray<number>> => {
  const rows = await table("group")
  const local = rows.filter((row) => row[3]?.split(",").includes(user.name)).map((row) => row[2])
  const isLocal = (await table("passwd")).some((row) => row[0] === user.name)
  const listed = isLocal
    ? local
    : ((await getent("initgroups", user.name)) ?? "").split(/\s+/).slice(1)
  const gids = listed.filter((gid) => gid !== undefined && gid !== "").map(Number)
  return [...new Set([user.gid, ...gids])]
}

/** The first row with that name; a key in decimals is also an id. */
const lookUp = async (database: "passwd" | "group", key: string): Promise<Row | null> => {
  // What separates rows and fields, or reads as an option, is no name.
  if (key === "" || /[:\n\0]/.test(key) || key.startsWith("-")) return null
  const rows = await table(database)
  const id = /^\d+$/.test(key) ? String(Number(key)) : null
  const local =
    rows.find((row) => row[0] === key) ??
    (id === null ? undefined : rows.find((row) => row[2] === id))
  if (local !== undefined) return local
  const told = await getent(database, id ?? key)
  return told === null ? null : (told.split("\n")[0]?.split(":") ?? null)
}

const table = async (database: "passwd" | "group"): Promise<ReadonlyArray<Row>> => {
  const text = await readFile(`/etc/${database}`, "utf8").catch(() => "")
  return text
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => line.split(":"))
}

/** Null: not known, or there is no such program (musl has one without `initgroups`). */
const getent = (database: string, key: string): Promise<string | null> =>
  new Promise((resolve) => {
    execFile("getent", [database, key], { timeout: 5000 }, (error, stdout) =>
      resolve(error === null && stdout.trim() !== "" ? stdout.trim() : null)
    )
  })
