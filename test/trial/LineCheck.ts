/**
 * Whether one log holds each numbered line of its writer exactly once and in order, over all lives. It reads bytes as they
 * come and remembers no lines: only what is missing, so that it stays small on a log of any size.
 *
 * A line is `O NAME 0001 000000000001 filler`: O or E for the stream, the life, the number within that life and stream, all of
 * one length. What a log holds besides is reeve's own remark, or a torn line.
 */

/** Numbers that did not come, both ends included. */
interface Gap {
  readonly from: number
  readonly to: number
}

export interface LifeSeen {
  readonly life: number
  /** The highest number that came. */
  readonly last: number
  /** Below `last`. */
  readonly missing: number
  readonly doubled: number
  readonly outOfOrder: number
}

export interface StreamSeen {
  readonly lives: ReadonlyArray<LifeSeen>
  readonly lines: number
  /** Neither a line of the writer nor a remark: parts of lines, mostly. */
  readonly torn: number
  /** The first of them, shortened. */
  readonly tornText: string | null
  readonly remarks: ReadonlyArray<string>
}

interface LifeState {
  readonly life: number
  last: number
  gaps: ReadonlyArray<Gap>
  doubled: number
  outOfOrder: number
}

export const pacedLineBytes = 128
export const burstLineBytes = 256
const lifeDigits = 4
const numberDigits = 12
/** Longer than any line, so that a log without line ends is not kept in memory. */
const longestOdd = 65_536
const newline = 0x0a

/** Exactly as the writer makes it. */
export const lineOf = (
  letter: "O" | "E",
  name: string,
  life: number,
  number: number,
  bytes: number
): string => {
  const head = `${letter} ${name} ${String(life).padStart(lifeDigits, "0")} ${String(number).padStart(numberDigits, "0")} `
  const fill = Array.from({ length: bytes - 1 - head.length }, (_, at) =>
    String.fromCharCode(97 + ((at + head.length) % 26))
  )
  return `${head}${fill.join("")}\n`
}

export class LineCheck {
  readonly #bytes: number
  /** A line of life 0 and number 0. */
  readonly #pattern: Buffer
  readonly #lifeAt: number
  readonly #numberAt: number
  readonly #lives = new Map<number, LifeState>()
  #current: LifeState | null = null
  #newest = 0
  #lines = 0
  #torn = 0
  #tornText: string | null = null
  readonly #remarks: Array<string> = []

  constructor(letter: "O" | "E", name: string, bytes: number) {
    this.#bytes = bytes
    this.#pattern = Buffer.from(lineOf(letter, name, 0, 0, bytes), "latin1")
    this.#lifeAt = name.length + 3
    this.#numberAt = this.#lifeAt + lifeDigits + 1
  }

  /** Takes whole lines from the beginning; how many bytes that were. The rest is to come again, with more behind it. */
  consume(bytes: Buffer): number {
    let at = 0
    while (at < bytes.length) {
      if (this.#takeLine(bytes, at)) {
        at += this.#bytes
        continue
      }
      const end = bytes.indexOf(newline, at)
      if (end < 0 && bytes.length - at < longestOdd) return at
      const next = end < 0 ? bytes.length : end + 1
      this.#takeOdd(bytes.toString("latin1", at, next))
      at = next
    }
    return at
  }

  /** `rest`: what stays without a line end. */
  finish(rest: Buffer): StreamSeen {
    if (rest.length > 0) this.#takeOdd(rest.toString("latin1"))
    const lives = [...this.#lives.values()].map(({ gaps, ...life }) => ({
      ...life,
      missing: gaps.reduce((sum, { from, to }) => sum + to - from + 1, 0)
    }))
    return {
      lives,
      lines: this.#lines,
      torn: this.#torn,
      tornText: this.#tornText,
      remarks: this.#remarks
    }
  }

  get lines(): number {
    return this.#lines
  }

  /** False: the bytes there are no whole line of this writer. */
  #takeLine(bytes: Buffer, at: number): boolean {
    const end = at + this.#bytes
    const digitsEnd = this.#numberAt + numberDigits
    if (end > bytes.length) return false
    if (bytes.compare(this.#pattern, digitsEnd, this.#bytes, at + digitsEnd, end) !== 0)
      return false
    if (bytes.compare(this.#pattern, 0, this.#lifeAt, at, at + this.#lifeAt) !== 0) return false
    const life = decimal(bytes, at + this.#lifeAt, lifeDigits)
    const number = decimal(bytes, at + this.#numberAt, numberDigits)
    if (life < 1 || number < 1) return false
    this.#count(life, number)
    return true
  }

  #count(life: number, number: number): void {
    this.#lines++
    const state = this.#current?.life === life ? this.#current : this.#enter(life)
    if (life < this.#newest) state.outOfOrder++
    if (number === state.last + 1) state.last = number
    else if (number > state.last) {
      state.gaps = [...state.gaps, { from: state.last + 1, to: number - 1 }]
      state.last = number
    } else this.#late(state, number)
  }

  #enter(life: number): LifeState {
    const known = this.#lives.get(life)
    const state = known ?? { life, last: 0, gaps: [], doubled: 0, outOfOrder: 0 }
    this.#lives.set(life, state)
    this.#current = state
    this.#newest = Math.max(this.#newest, life)
    return state
  }

  /** It came before, or fills a gap. */
  #late(state: LifeState, number: number): void {
    const gap = state.gaps.find(({ from, to }) => from <= number && number <= to)
    if (gap === undefined) {
      state.doubled++
      return
    }
    state.outOfOrder++
    const halves = [
      { from: gap.from, to: number - 1 },
      { from: number + 1, to: gap.to }
    ]
    state.gaps = state.gaps.flatMap((other) =>
      other === gap ? halves.filter(({ from, to }) => from <= to) : [other]
    )
  }

  #takeOdd(text: string): void {
    if (/^\[?reeve\b/.test(text)) {
      this.#remarks.push(text.trimEnd())
      return
    }
    this.#torn++
    this.#tornText ??= text.slice(0, 200)
  }
}

/** -1: not all of them are digits. */
const decimal = (bytes: Buffer, at: number, digits: number): number => {
  let value = 0
  for (let offset = 0; offset < digits; offset++) {
    const digit = (bytes[at + offset] ?? 0) - 48
    if (digit < 0 || digit > 9) return -1
    value = value * 10 + digit
  }
  return value
}
