import type { Dependency, OnLoss } from "../../domain/Dependency.ts"

/** The condition, and what differs from the default: `ready, optional, restarts with it`. */
export const edgeText = ({ onLoss, optional, when }: Dependency): string =>
  [when, optional ? "optional" : "", losses[onLoss]].filter((part) => part !== "").join(", ")

const losses: Readonly<Record<OnLoss, string>> = {
  keep: "",
  restart: "restarts with it",
  stop: "stops with it"
}
