import { byText } from "./byText.ts"

/** One text per meaning: keys sorted at every depth, no blanks. Equal values give equal bytes, in any process. */
export const canonicalJson = (value: unknown): string => {
  if (value === null || typeof value !== "object") return JSON.stringify(value) ?? "null"
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`
  let text = ""
  for (const [key, member] of Object.entries(value).sort(byKey)) {
    if (member === undefined) continue
    text += `${text === "" ? "" : ","}${JSON.stringify(key)}:${canonicalJson(member)}`
  }
  return `{${text}}`
}

const byKey = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number =>
  byText(a, b)
