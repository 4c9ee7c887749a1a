/**
 * Lines from standard input, one at a time: by a line editor with completion and history on a terminal, else from the
 * pipe or file as it comes. Between two lines the terminal is left as it was, so that Ctrl-C reaches what runs meanwhile.
 */
import { interrupt } from "./interrupts.ts"
import { readSecret } from "./readSecret.ts"

/** The words that may stand for the one that ends at the cursor, and that word. */
export interface Completion {
  readonly candidates: ReadonlyArray<string>
  readonly word: string
}

export interface LineInput {
  readonly isTerminal: boolean
  /** The next line without its end; null: no more. One reader at a time: a second call takes over from the first. */
  readonly read: (prompt: string) => Promise<string | null>
  /** Without echo where there is a terminal. */
  readonly readSecret: (prompt: string) => Promise<string | null>
  /** The oldest line first. */
  readonly history: () => ReadonlyArray<string>
}

export interface LineInputOptions {
  readonly complete: (line: string) => Promise<Completion>
  /** The oldest line first. */
  readonly history: ReadonlyArray<string>
}

const historyLimit = 1_000

export const makeLineInput = (options: LineInputOptions): LineInput => {
  const isTerminal = process.stdin.isTTY === true && process.stdout.isTTY === true
  const typed: Typed = {
    lines: [],
    rest: "",
    history: [...options.history].reverse(),
    leave: () => undefined
  }
  const piped = isTerminal ? null : pipedLines()
  const read = (prompt: string): Promise<string | null> => {
    if (piped === null) return editedLine(prompt, typed, options)
    process.stdout.write(prompt)
    return piped()
  }
  return {
    isTerminal,
    read,
    readSecret: async (prompt) => {
      const secret = await readSecret(prompt)
      if (secret.kind === "read") return secret.text
      process.stderr.write("Warning: Password input may be echoed.\n")
      process.stderr.write(prompt)
      const line = await (piped === null ? editedLine("", typed, options) : piped())
      if (line !== null) process.stderr.write("\n")
      return line
    },
    history: () => [...typed.history].reverse()
  }
}

const pipedLines = (): (() => Promise<string | null>) => {
  const { stdin } = process
  let text = ""
  let ended = false
  let waiting: ((line: string | null) => void) | null = null
  const give = (): void => {
    if (waiting === null) return
    const end = text.indexOf("\n")
    if (end < 0 && !ended) return
    const line = end < 0 ? text : text.slice(0, end).replace(/\r$/, "")
    const resolve = waiting
    waiting = null
    stdin.pause()
    const isOver = end < 0 && text === ""
    text = end < 0 ? "" : text.slice(end + 1)
    resolve(isOver ? null : line)
  }
  const atEnd = (): void => {
    ended = true
    give()
  }
  let listening = false
  return () =>
    new Promise((resolve) => {
      waiting = resolve
      if (!listening) {
        listening = true
        stdin.setEncoding("utf8")
        stdin.on("data", (part: string) => {
          text += part
          give()
        })
        stdin.once("end", atEnd)
        stdin.once("error", atEnd)
      }
      stdin.resume()
      give()
    })
}

interface Typed {
  /** Lines that were pasted behind the one that was asked for. */
  readonly lines: Array<string>
  /** What was typed of the line after them. */
  rest: string
  /** The newest first, as the editor has it. */
  history: Array<string>
  /** Ends the editor that is still open for a reader that went away. */
  leave: () => void
}

const editedLine = async (
  prompt: string,
  typed: Typed,
  { complete }: LineInputOptions
): Promise<string | null> => {
  const { createInterface } = await import("node:readline")
  typed.leave()
  const ahead = typed.lines.shift()
  if (ahead !== undefined) {
    process.stdout.write(`${prompt}${ahead}\n`)
    return ahead
  }
  return new Promise((resolve) => {
    const editor = createInterface({
      input: process.stdin,
      output: process.stdout,
      terminal: true,
      prompt,
      history: typed.history,
      historySize: historyLimit,
      completer: (line: string, done: (error: null, found: [Array<string>, string]) => void) => {
        const answer = ({ candidates, word }: Completion): void =>
          done(null, [[...candidates], word])
        complete(line).then(answer, () => answer({ candidates: [], word: "" }))
      }
    })
    let answered = false
    typed.leave = () => {
      answered = true
      editor.close()
    }
    editor.on("history", (history: Array<string>) => {
      typed.history = [...history]
    })
    editor.on("line", (line) => {
      typed.lines.push(line)
      if (answered) return
      answered = true
      // Lines pasted together come in one go: the editor closes after the last of them.
      queueMicrotask(() => {
        typed.rest = editor.line
        typed.leave = () => undefined
        editor.close()
        resolve(typed.lines.shift() ?? null)
      })
    })
    editor.on("SIGINT", () => {
      typed.leave()
      interrupt()
    })
    editor.on("close", () => {
      if (!answered) resolve(null)
    })
    editor.prompt()
    const rest = typed.rest
    typed.rest = ""
    if (rest !== "") editor.write(rest)
  })
}
