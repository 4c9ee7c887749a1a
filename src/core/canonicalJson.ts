/** One text per meaning: keys sorted at every depth, no blanks. Equal values give equal bytes, in any process. */
export const canonicalJson = (value: unknown): string => JSON.stringify(value, sortKeys)

const sortKeys = (_key: string, value: unknown): unknown => {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return value
  const sorted: Record<string, unknown> = Object.create(null)
  for (const [key, member] of Object.entries(value).sort(([a], [b]) =>
    a < b ? -1 : a > b ? 1 : 0
  )) {
    sorted[key] = member
  }
  return sorted
}
