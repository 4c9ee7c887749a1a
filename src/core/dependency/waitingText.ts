import type { Awaited, Condition } from "../../domain/Dependency.ts"

/** `db to be ready and migrate to complete` */
export const awaitedText = (on: ReadonlyArray<Awaited>): string => listed(on, infinitives)

/** `db is ready and migrate has completed` */
export const metText = (on: ReadonlyArray<Awaited>): string => listed(on, presents)

type Words = Readonly<Record<Condition, string>>

const listed = (on: ReadonlyArray<Awaited>, words: Words): string => {
  const parts = on.map(({ program, when }) => `${program} ${words[when]}`)
  const last = parts.splice(-1).join("")
  return parts.length === 0 ? last : `${parts.join(", ")} and ${last}`
}

const infinitives: Words = {
  started: "to be started",
  ready: "to be ready",
  completed: "to complete"
}

const presents: Words = {
  started: "is started",
  ready: "is ready",
  completed: "has completed"
}
