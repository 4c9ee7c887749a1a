/** Sizes as people write them, 1024-based as in supervisord: `"50MB"` is 52,428,800 bytes. A bare number is bytes. */

/** `"512B"`, `"100KB"`, `"50MB"`, `"1.5GB"`. */
export type ByteSizeText =
  | `${number}${"B" | "KB" | "MB" | "GB" | "TB"}`
  | `${number} ${"B" | "KB" | "MB" | "GB" | "TB"}`

/** Text with a unit, or a number of bytes. */
export type ByteSizeInput = ByteSizeText | number

const units: ReadonlyArray<readonly [string, number]> = [
  ["TB", 1024 ** 4],
  ["GB", 1024 ** 3],
  ["MB", 1024 ** 2],
  ["KB", 1024],
  ["B", 1]
]

const sizePattern = /^(\d+(?:\.\d+)?)\s*([KMGT]?B)$/i

/** Bytes; null when it is no size, or no whole number of bytes. */
export const parseByteSize = (given: string | number): number | null => {
  if (typeof given === "number") return Number.isSafeInteger(given) && given >= 0 ? given : null
  const found = sizePattern.exec(given.trim())
  const unit = units.find(([name]) => name === found?.[2]?.toUpperCase())
  if (found === null || unit === undefined) return null
  const bytes = Number(found[1]) * unit[1]
  return Number.isSafeInteger(bytes) ? bytes : null
}

/** In the largest unit that divides it: `50MB`, `1536KB`, `0B`. */
export const formatByteSize = (bytes: number): string => {
  const unit = units.find(([, size]) => bytes >= size && bytes % size === 0)
  return unit === undefined ? `${bytes}B` : `${bytes / unit[1]}${unit[0]}`
}
