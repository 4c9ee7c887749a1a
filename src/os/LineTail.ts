/** The last lines of an output of any length, each cut to a length that a log can hold. */
import { StringDecoder } from "node:string_decoder"

const mostLines = 20
const mostCharacters = 500

export class LineTail {
  readonly #decoder = new StringDecoder("utf8")
  readonly #lines: Array<string> = []
  #dropped = 0
  #open = ""

  add(chunk: Buffer): void {
    const parts = this.#decoder.write(chunk).split("\n")
    this.#open = (this.#open + (parts.shift() ?? "")).slice(0, mostCharacters)
    for (const part of parts) {
      this.#end()
      this.#open = part.slice(0, mostCharacters)
    }
  }

  /** Nothing is added afterwards. */
  finish(): { readonly lines: ReadonlyArray<string>; readonly dropped: number } {
    this.#end()
    return { lines: this.#lines, dropped: this.#dropped }
  }

  #end(): void {
    const line = this.#open.trimEnd()
    this.#open = ""
    if (line === "") return
    this.#lines.push(line)
    if (this.#lines.length <= mostLines) return
    this.#lines.shift()
    this.#dropped += 1
  }
}
