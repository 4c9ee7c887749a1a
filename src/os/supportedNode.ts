/** The versions of Node that reeve runs on; `src/main.ts`, which imports nothing, has them too. */
export const neededNode = "^22.22.2, ^24.15.0 or 26 and later"

/** Of a version like "26.1.0" or "v26.1.0". */
export const isSupportedNode = (version: string): boolean => {
  const [major = 0, minor = 0, patch = 0] = version.replace(/^v/, "").split(".").map(Number)
  if (major === 22) return minor > 22 || (minor === 22 && patch >= 2)
  return major === 24 ? minor >= 15 : major >= 26
}
