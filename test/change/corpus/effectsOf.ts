/** What a plan does, in the words in which the corpus expects it, one line each. */
import type { Action, Cause, Plan } from "../../../src/domain/Plan.ts"
import type { Expected } from "./Edit.ts"

export const effectsOf = ({ actions }: Plan): ReadonlyArray<string> =>
  actions
    .map((action) => `${verbOf(action)} ${action.address} by ${because(action.cause).join(", ")}`)
    .sort()

export const expectedEffects = (expected: ReadonlyArray<Expected>): ReadonlyArray<string> =>
  expected
    .map(({ address, causes, from, verb }) => {
      const what = from === null ? verb : `rename(${from})`
      return `${what} ${address} by ${causes.join(", ")}`
    })
    .sort()

const verbOf = (action: Action): string => {
  switch (action.kind) {
    case "start":
      return action.run ? "start" : "add"
    case "update":
      return "live"
    case "rename":
      return `rename(${action.cause.kind === "renamed" ? action.cause.from : action.from})`
    case "restart":
    case "signal":
    case "stop":
    case "adopt":
      return action.kind
  }
}

/** What explains an action. */
export const because = (cause: Cause): ReadonlyArray<string> => {
  switch (cause.kind) {
    case "fields":
      return cause.changes.map(({ path }) => path).sort()
    case "dependency":
      return [`with ${cause.on}`, ...cause.changes.map(({ path }) => path)].sort()
    case "firstStart":
      return ["new"]
    case "removed":
      return ["gone"]
    case "scaled":
      return ["count"]
    case "renamed":
      return ["name"]
    case "completed":
      return ["completed before"]
    case "needed":
      return [`needed by ${cause.by}`]
    case "drift":
      return [`drift: ${cause.text}`]
    case "watch":
      return [`${cause.path} changed`]
    case "operator":
      return [`by ${cause.who}`]
  }
}
