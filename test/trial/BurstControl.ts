/** The four numbers that the trial and the writer in bursts share (see writer.c), in a file that the writer has mapped. */
import * as fs from "node:fs"

export class BurstControl {
  readonly path: string
  readonly #fd: number
  readonly #numbers = new BigUint64Array(4)

  constructor(path: string) {
    this.path = path
    fs.writeFileSync(path, Buffer.alloc(this.#numbers.byteLength), { mode: 0o666 })
    this.#fd = fs.openSync(path, "r+")
  }

  ask(): void {
    const { begun } = this.look()
    fs.writeSync(this.#fd, new BigUint64Array([BigInt(begun + 1)]), 0, 8, 0)
  }

  look() {
    fs.readSync(this.#fd, this.#numbers, 0, this.#numbers.byteLength, 0)
    const [asked = 0n, begun = 0n, ended = 0n, bytes = 0n] = this.#numbers
    return {
      asked: Number(asked),
      begun: Number(begun),
      ended: Number(ended),
      bytes: Number(bytes)
    }
  }

  isUnderWay(): boolean {
    const { begun, ended } = this.look()
    return begun > ended
  }

  isIdle(): boolean {
    const { asked, begun, ended } = this.look()
    return asked <= begun && begun === ended
  }

  close(): void {
    fs.closeSync(this.#fd)
  }
}
