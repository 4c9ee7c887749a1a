import { stripTypeScriptTypes } from "node:module"

/** TypeScript with blanks in place of types, so that every position stays; null: it is not valid. */
export const stripTypes = (text: string): string | null => {
  const { emitWarning } = process
  try {
    // Node calls the function experimental, once a process; users cannot do anything about that.
    process.emitWarning = () => undefined
    return stripTypeScriptTypes(text, { mode: "strip" })
  } catch {
    return null
  } finally {
    process.emitWarning = emitWarning
  }
}
