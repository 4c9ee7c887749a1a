/** `help` and `help ⟨action⟩` (supervisord.md 5.3, 5.4). */
import { helpOfHelp, helpTexts, topicsTable } from "../../core/ctl/helpText.ts"
import type { Action } from "./Ctl.ts"

export const help: Action = async (ctl, topic) => {
  if (topic === "") return ctl.output(topicsTable)
  if (topic === "help") return ctl.output(helpOfHelp)
  ctl.output(helpTexts.get(topic) ?? `*** No help on ${topic}`)
}
