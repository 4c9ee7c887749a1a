import type { Awaited, Condition } from "../../domain/Dependency.ts"

/** `db to be ready and migrate to complete` */
export const awaitedText = (on: ReadonlyArray<Awaited>): string => {
  const parts = on.map(({ program, when }) => `${program} ${infinitives[when]}`)
  return parts.length < 3
    ? parts.join(" and ")
    : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1) ?? ""}`
}

/** `db is ready and migrate has completed` */
export const metText = (on: ReadonlyArray<Awaited>): string => {
  const parts = on.map(({ program, when }) => `${program} ${presents[when]}`)
  return parts.length < 3
    ? parts.join(" and ")
    : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1) ?? ""}`
}

const infinitives: Readonly<Record<Condition, string>> = {
  started: "to be started",
  ready: "to be ready",
  completed: "to complete"
}

const presents: Readonly<Record<Condition, string>> = {
  started: "is started",
  ready: "is ready",
  completed: "has completed"
}
