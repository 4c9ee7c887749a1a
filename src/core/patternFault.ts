/** Why a regular expression cannot be used; null: it can. */
export const patternFault = (matches: string, flags: string): string | null => {
  const odd = /[^imsuv]/.exec(flags)
  if (odd !== null) return `the flag "${odd[0]}" has no meaning here; use i, m, s, u or v`
  try {
    new RegExp(matches, flags)
    return null
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
