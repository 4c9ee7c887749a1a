/**
 * One line of program output as `reeve logs` and the foreground mirror print it: a label column, then the bytes of the
 * program, untouched. Whether colour is wanted (terminal, NO_COLOR, --color) is the caller's decision.
 */

export interface LogLineStyle {
  /** Labels are padded to this many characters; longer ones stand out rather than being cut. */
  readonly labelWidth: number
  readonly colour: boolean
  /** False: the line alone (one instance asked for, or --no-prefix). */
  readonly prefix: boolean
}

/** Six colours that can be read on dark and on light ground, then their bright forms. */
const COLOURS = [36, 33, 32, 35, 34, 31, 96, 93, 92, 95, 94, 91]

/** The same label has the same colour in every run. */
export const labelColour = (label: string): number => {
  let hash = 7
  for (const character of label) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) >>> 0
  return COLOURS[hash % COLOURS.length] ?? 36
}

/** The width of the label column for these labels; one long name does not push all others off the screen. */
export const labelWidth = (labels: ReadonlyArray<string>): number =>
  Math.min(32, Math.max(0, ...labels.map((label) => label.length)))

/** Without a newline. Lines of stderr carry `!` where others carry `|`. */
export const renderLogLine = (
  line: { readonly label: string; readonly channel: "stdout" | "stderr"; readonly text: string },
  style: LogLineStyle
): string => {
  // A program's colour that was never ended must not run into the next label.
  const text = style.colour && line.text.includes("\u001b") ? `${line.text}\u001b[0m` : line.text
  if (!style.prefix) return text
  const head = `${line.label.padEnd(style.labelWidth)} ${line.channel === "stderr" ? "!" : "|"}`
  return style.colour
    ? `\u001b[${labelColour(line.label)}m${head}\u001b[0m ${text}`
    : `${head} ${text}`
}
