/** Asks at the terminal for what must not be seen, whatever standard input is. */
import { closeSync, openSync, writeSync } from "node:fs"
import { ReadStream } from "node:tty"
import { interrupt } from "./interrupts.ts"

export type Secret =
  /** `text` null: the end of input was typed. */
  { readonly kind: "read"; readonly text: string | null } | { readonly kind: "noTerminal" }

export const readSecret = async (prompt: string): Promise<Secret> => {
  const terminal = openTerminal()
  if (terminal === null) return { kind: "noTerminal" }
  const { fd, stream } = terminal
  // Whoever answers at once is not shown either.
  stream.setRawMode(true)
  writeSync(fd, prompt)
  stream.setEncoding("utf8")
  const text = await new Promise<string | null>((resolve) => {
    let typed = ""
    stream.on("data", (part: string) => {
      for (const key of part) {
        if (key === "\r" || key === "\n") return resolve(typed)
        if (key === "\x03") return interrupt()
        if (key === "\x04" && typed === "") return resolve(null)
        if (key === "\x7f" || key === "\b") typed = [...typed].slice(0, -1).join("")
        else if (key === "\x15") typed = ""
        else if (key >= " ") typed += key
      }
    })
    stream.once("end", () => resolve(null))
  })
  stream.setRawMode(false)
  writeSync(fd, "\n")
  stream.destroy()
  return { kind: "read", text }
}

const openTerminal = (): { readonly fd: number; readonly stream: ReadStream } | null => {
  let fd: number | null = null
  try {
    fd = openSync("/dev/tty", "r+")
    return { fd, stream: new ReadStream(fd) }
  } catch {
    if (fd !== null) closeSync(fd)
    return null
  }
}
