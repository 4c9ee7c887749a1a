/** The state directory in the options of a daemon, before these are decoded; null: they are none. */
export const stateDirectoryOf = (options: string | undefined): string | null => {
  try {
    const value: unknown = JSON.parse(options ?? "")
    const isNamed = typeof value === "object" && value !== null && "stateDirectory" in value
    return isNamed && typeof value.stateDirectory === "string" ? value.stateDirectory : null
  } catch {
    return null
  }
}
