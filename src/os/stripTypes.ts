import { stripTypeScriptTypes } from "node:module"

/** TypeScript with blanks in place of types, so that every position stays; null: it is not valid. */
export const stripTypes = (text: string): string | null => {
  try {
    return stripTypeScriptTypes(text, { mode: "strip" })
  } catch {
    return null
  }
}
