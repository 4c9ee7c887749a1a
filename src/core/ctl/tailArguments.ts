/** What `tail` and `maintail` were asked for (supervisord.md 5.3). */
import * as Result from "effect/Result"
import { repr, words } from "../ini/pythonText.ts"
import { integer } from "../ini/valueTypes.ts"
import { ClientError } from "./ClientError.ts"

/** `offset` is where the server begins to read: negative, from the end. */
export type Amount = { readonly kind: "follow" } | { readonly kind: "end"; readonly offset: number }

export type TailArguments =
  | {
      readonly kind: "tail"
      readonly name: string
      readonly channel: "stdout" | "stderr"
      readonly amount: Amount
    }
  /** `withHelp`: the action's help follows. */
  | { readonly kind: "refused"; readonly withHelp: boolean; readonly sentence: string }

const usualBytes = 1600

/** `-f`, `-⟨bytes⟩`, or none; null: something else. */
export const readAmount = (modifier: string | null): Amount | null => {
  if (modifier === null) return { kind: "end", offset: -usualBytes }
  if (!modifier.startsWith("-")) return null
  if (modifier === "-f") return { kind: "follow" }
  const bytes = integer(modifier.slice(1))
  if (Result.isFailure(bytes)) return null
  const offset = 0 - bytes.success
  if (Math.abs(offset) > 2 ** 31 - 1) {
    throw new ClientError("OverflowError", "int exceeds XML-RPC limits")
  }
  return { kind: "end", offset }
}

export const readTailArguments = (rest: string): TailArguments => {
  const given = words(rest)
  if (given.length < 1) return refused("Error: too few arguments", true)
  if (given.length > 3) return refused("Error: too many arguments", true)
  const modifier = given[0]?.startsWith("-") === true ? given[0] : null
  const [name, ...others] = modifier === null ? given : given.slice(1)
  if (name === undefined) return refused("Error: tail requires process name", false)
  const channel = (others.at(-1) ?? "stdout").toLowerCase()
  if (channel !== "stdout" && channel !== "stderr") {
    return refused(`Error: bad channel ${repr(channel)}`, false)
  }
  const amount = readAmount(modifier)
  if (amount !== null) return { kind: "tail", name, channel, amount }
  return refused(`Error: bad argument ${modifier}`, false)
}

const refused = (sentence: string, withHelp: boolean): TailArguments => ({
  kind: "refused",
  withHelp,
  sentence
})
