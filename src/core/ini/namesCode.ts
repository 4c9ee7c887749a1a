/**
 * Whether a value names this Python code, in the form of an entry point (`module:name`, `=` in front and `[extras]` behind
 * allowed): the one thing that reeve knows of Python code is which has its counterpart built in.
 */
import { strip } from "./pythonText.ts"

/** `code` is `module:name`. */
export const namesCode = (text: string, code: string): boolean => {
  const bare = strip(text)
    .replace(/^=+\s*/, "")
    .replace(/\s*\[[\w\s,.-]*\]$/, "")
  return bare.split(":").map(strip).join(":") === code
}
