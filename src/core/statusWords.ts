/** The words of a plain `reeve status`, as far as they are beyond doubt; all else is for the parser of the command line. */
export interface StatusWords {
  readonly names: ReadonlyArray<string>
  readonly check: boolean
  /** Null: not given. */
  readonly socket: string | null
  readonly stateDirectory: string | null
  readonly color: "auto" | "always" | "never"
}

/** Behind the command's own name. Null: not plain. */
export const readStatusWords = (words: ReadonlyArray<string>): StatusWords | null => {
  const names: Array<string> = []
  const flags = new Map<string, string>()
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? ""
    if (!word.startsWith("-")) {
      if (word === "") return null
      names.push(word)
      continue
    }
    const [, flag = "", , inWord] = /^--([a-z-]+)(=(.*))?$/s.exec(word) ?? []
    if (flags.has(flag)) return null
    if (flag === "check" && inWord === undefined) flags.set(flag, "")
    else if (withValue.has(flag)) {
      const value = inWord ?? words[++at] ?? ""
      if (value === "" || value.startsWith("-")) return null
      flags.set(flag, value)
    } else return null
  }
  const color = flags.get("color") ?? "auto"
  if (color !== "auto" && color !== "always" && color !== "never") return null
  return {
    names,
    check: flags.has("check"),
    socket: flags.get("socket") ?? null,
    stateDirectory: flags.get("state-dir") ?? null,
    color
  }
}

const withValue: ReadonlySet<string> = new Set(["socket", "state-dir", "color"])
