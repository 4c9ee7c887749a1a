/** What the giver of a command leaves behind: a reason, and the generation that later events name. */
import type { Reason } from "../domain/State.ts"
import type { Instance } from "./Instance.ts"
import type { Origin } from "./Supervisor.ts"

export const note = (instance: Instance, origin: Origin): void => {
  if (origin.kind === "plan" || origin.kind === "watch") instance.generation = origin.generation
  const { kind } = origin
  if ((kind === "dependency" || kind === "follows") && origin.generation !== null) {
    instance.generation = origin.generation
  }
}

export const reasonOf = (origin: Origin): Reason => {
  switch (origin.kind) {
    case "plan":
      return { kind: "plan", text: origin.text }
    case "watch":
      return { kind: "fileChanged", path: origin.path }
    case "operator":
      return { kind: "operator", who: origin.who }
    case "follows":
      return { kind: "followed", on: origin.on }
    case "dependency":
      return { kind: "waiting", on: origin.on }
    case "shutdown":
      return { kind: "shutdown" }
  }
}
