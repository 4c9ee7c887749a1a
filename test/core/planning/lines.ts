/** The one-line grammar of plan tests: `ID KIND ADDRESS [<- NEEDS] CAUSE`, then stages, silent changes, drift and holds. */
import type { Action, Cause, Plan } from "../../../src/domain/Plan.ts"

export const lines = (plan: Plan): string =>
  [
    ...plan.actions.map(actionLine),
    ...plan.stages.map(({ actions, id }) => `${id} = ${actions.join(" ")}`),
    ...plan.metadata.map((key) => `silent ${key}`),
    ...plan.drift.map(({ address, kind, text }) => `drift ${address} ${kind}: ${text}`),
    ...plan.held.map(({ instances, kind, text }) =>
      [`held ${kind}: ${text}`, ...instances].join(" | ")
    )
  ].join("\n")

const actionLine = (action: Action): string => {
  const needs = action.dependsOn.length === 0 ? "" : ` <- ${action.dependsOn.join(" ")}`
  return `${action.id} ${verb(action)} ${action.address}${needs}: ${causeText(action.cause)}`
}

const verb = (action: Action): string => {
  switch (action.kind) {
    case "start":
      return action.run ? "start" : "add"
    case "stop":
      return `stop(${action.signal} ${action.timeoutMs})`
    case "rename":
      return `rename(${action.from})`
    case "adopt":
      return `adopt(${action.pid})`
    case "signal":
      return `signal(${action.signal})`
    case "restart":
    case "update":
      return action.kind
  }
}

const causeText = (cause: Cause): string => {
  switch (cause.kind) {
    case "fields":
      return cause.changes
        .map(({ after, before, hidden, path, class: changeClass }) =>
          hidden
            ? `${path} hidden (${changeClass})`
            : `${path} ${before} -> ${after} (${changeClass})`
        )
        .join(", ")
    case "firstStart":
      return "first start"
    case "drift":
      return `drift, ${cause.text}`
    case "watch":
      return `${cause.path} changed`
    case "removed":
      return `removed since ${cause.since}`
    case "renamed":
      return `renamed ${cause.from} -> ${cause.to}`
    case "scaled":
      return `scaled ${cause.from} -> ${cause.to}`
    case "operator":
      return `${cause.text} by ${cause.who}`
    case "dependency":
      return [`with ${cause.on}`, ...cause.changes.map(({ path }) => path)].join(", ")
    case "completed":
      return `completed at ${cause.at}`
    case "needed":
      return `needed by ${cause.by}`
  }
}
