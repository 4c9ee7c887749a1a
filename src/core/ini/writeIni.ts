/**
 * Writes sections in supervisord's dialect. The `ini` package writes them, with every text in a form that it does not
 * touch; what it wrote is then given its real characters, and line breaks their indentation.
 */
import { stringify } from "ini"
import { plain, unplain } from "./plainName.ts"

export interface WrittenSection {
  readonly name: string
  /** Keys and what stands behind `=`: expressions and guards are in place. */
  readonly values: ReadonlyArray<readonly [string, string]>
}

export const writeIni = (sections: ReadonlyArray<WrittenSection>): string => {
  const named = sections.map(({ name, values }) => [
    plain(name),
    Object.fromEntries(values.map(([key, value]) => [plain(key), plain(value)]))
  ])
  const text = stringify(Object.fromEntries(named), { platform: "linux" })
  return text
    .split("\n")
    .map((line) => unplain(line).replaceAll("\n", "\n  "))
    .join("\n")
}

/** A part of a value: text as it is meant, or the number of the process, with zeros up to a width. */
export type ValuePart = string | { readonly width: number }

/** How often supervisord expands the value. */
export const expression = (parts: ReadonlyArray<ValuePart>, times: 1 | 2): string =>
  guarded(
    parts
      .map((part) => {
        if (typeof part === "string") return part.replaceAll("%", times === 1 ? "%%" : "%%%%")
        return `%(process_num)${part.width === 0 ? "" : `0${part.width}`}d`
      })
      .join("")
  )

/** Nothing, as an expression: a name cut to no characters. It keeps white space from its neighbours. */
const nothing = "%(program_name).0s"

/**
 * The dialect would take a comment sign behind white space for a comment, and strips lines: a guard in between keeps
 * the value whole.
 */
const guarded = (text: string): string =>
  text
    .split("\n")
    .map((line, index, lines) => {
      const start = /^[\s\x1c-\x1f\x85]/.test(line) || (index > 0 && /^[;#]/.test(line))
      const blankEnd = line === "" && index > 0 && index === lines.length - 1
      const end = /[\s\x1c-\x1f\x85]$/.test(line) || blankEnd
      const inner = line.replace(/([\s\x1c-\x1f\x85])([;#])/g, `$1${nothing}$2`)
      return `${start ? nothing : ""}${inner}${end ? nothing : ""}`
    })
    .join("\n")
