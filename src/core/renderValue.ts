/** Values as people write them in program files: `5s`, `"60"`, `50MB`, `["node", "server.js"]`, `{ file: "/in" }`. */
import { formatByteSize } from "../domain/ByteSize.ts"
import { formatDuration } from "../domain/Duration.ts"
import type { FieldUnit } from "./changeClass.ts"

/** Null for what is absent. */
export const renderValue = (value: unknown, unit: FieldUnit): string | null => {
  if (value === null || value === undefined) return null
  return renderAny(value, unit)
}

const renderAny = (value: unknown, unit: FieldUnit): string => {
  if (typeof value === "number") return renderNumber(value, unit)
  if (Array.isArray(value)) return `[${value.map((member) => renderAny(member, unit)).join(", ")}]`
  if (typeof value === "object" && value !== null) {
    const members = Object.entries(value).map(
      ([key, member]) => `${key}: ${renderAny(member, unit)}`
    )
    return members.length === 0 ? "{}" : `{ ${members.join(", ")} }`
  }
  return JSON.stringify(value) ?? "nothing"
}

const renderNumber = (value: number, unit: FieldUnit): string => {
  switch (unit) {
    case "duration":
      return formatDuration(value)
    case "seconds":
      return formatDuration(value * 1000)
    case "size":
      return formatByteSize(value)
    case "octal":
      return JSON.stringify(value.toString(8).padStart(3, "0"))
    case "plain":
      return String(value)
  }
}
