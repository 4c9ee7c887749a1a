/**
 * supervisorctl's warning before it follows a log on a terminal that is not UTF-8 (supervisord.md 5.3, end). What is
 * written is UTF-8 in any case; what the terminal expects is known from the environment alone.
 */

/** Null: UTF-8, or nothing says otherwise. Python's `C` locale is UTF-8 too. */
export const encodingWarning = (variable: (name: string) => string | undefined): string | null => {
  const said = variable("PYTHONIOENCODING")?.split(":")[0] ?? ""
  const encoding = said === "" ? localeEncoding(variable) : said
  if (encoding === null || encoding.toLowerCase().startsWith("utf")) return null
  return (
    `Warning: sys.stdout.encoding is set to ${encoding}, so Unicode output may fail. ` +
    "Check your LANG and PYTHONIOENCODING environment settings."
  )
}

const localeEncoding = (variable: (name: string) => string | undefined): string | null => {
  const locale = ["LC_ALL", "LC_CTYPE", "LANG"].map(variable).find((value) => (value ?? "") !== "")
  return /\.([^@]+)/.exec(locale ?? "")?.[1]?.toLowerCase() ?? null
}
