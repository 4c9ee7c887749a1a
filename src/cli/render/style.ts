/** Colours of the terminal (SGR). With colour off every function gives its text back. */
export interface Style {
  readonly bold: (text: string) => string
  readonly dim: (text: string) => string
  readonly red: (text: string) => string
  readonly green: (text: string) => string
  readonly yellow: (text: string) => string
  readonly cyan: (text: string) => string
}

export const makeStyle = (colour: boolean): Style => {
  const paint = (code: number) => (text: string) =>
    colour && text !== "" ? `\u001b[${code}m${text}\u001b[0m` : text
  return {
    bold: paint(1),
    dim: paint(2),
    red: paint(31),
    green: paint(32),
    yellow: paint(33),
    cyan: paint(36)
  }
}

/**
 * Whether to colour: `--color` decides; else NO_COLOR (no-color.org: set and not empty), FORCE_COLOR, TERM=dumb and
 * whether a terminal is there.
 */
export const wantsColour = (options: {
  readonly choice: "auto" | "always" | "never"
  readonly isTerminal: boolean
  readonly variable: (name: string) => string | undefined
}): boolean => {
  if (options.choice !== "auto") return options.choice === "always"
  if ((options.variable("NO_COLOR") ?? "") !== "") return false
  if (!["", "0", undefined].includes(options.variable("FORCE_COLOR"))) return true
  return options.isTerminal && options.variable("TERM") !== "dumb"
}
