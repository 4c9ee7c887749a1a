/** One text per meaning: keys sorted by code units at every depth, no blanks. Equal values give equal bytes, in any process. */
export const canonicalJson = (value: unknown): string => {
  if (typeof value !== "object" || value === null) return plain(value)
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`
  let text = ""
  // Without a function to compare by, it is the order of code units too (byText), and faster.
  for (const key of Object.keys(value).sort()) {
    const member: unknown = Reflect.get(value, key)
    if (member !== undefined)
      text += `${text === "" ? "" : ","}${quoted(key)}:${canonicalJson(member)}`
  }
  return `{${text}}`
}

/** As JSON.stringify, which takes longer for what needs no escapes. */
const plain = (value: unknown): string => {
  if (value === null || value === undefined) return "null"
  if (value === true) return "true"
  if (value === false) return "false"
  if (typeof value === "number") return Number.isFinite(value) ? String(value) : "null"
  if (typeof value === "string" && !escaped.test(value)) return `"${value}"`
  return JSON.stringify(value) ?? "null"
}

/** Lone halves of surrogate pairs among them. */
const escaped = /["\\\u0000-\u001f\ud800-\udfff]/

/** Names of fields are few, and come again and again. */
const quotedKeys = new Map<string, string>()
const mostKeys = 4_096

const quoted = (key: string): string => {
  const known = quotedKeys.get(key)
  if (known !== undefined) return known
  const text = JSON.stringify(key)
  if (quotedKeys.size < mostKeys) quotedKeys.set(key, text)
  return text
}
