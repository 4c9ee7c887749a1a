/**
 * The signals of Linux (signal(7), all of reeve's machines number them alike): names without SIG, as programs are
 * written with them, and their numbers. Never sends one.
 */
const NUMBERS = {
  HUP: 1,
  INT: 2,
  QUIT: 3,
  ILL: 4,
  TRAP: 5,
  ABRT: 6,
  BUS: 7,
  FPE: 8,
  KILL: 9,
  USR1: 10,
  SEGV: 11,
  USR2: 12,
  PIPE: 13,
  ALRM: 14,
  TERM: 15,
  STKFLT: 16,
  CHLD: 17,
  CONT: 18,
  STOP: 19,
  TSTP: 20,
  TTIN: 21,
  TTOU: 22,
  URG: 23,
  XCPU: 24,
  XFSZ: 25,
  VTALRM: 26,
  PROF: 27,
  WINCH: 28,
  IO: 29,
  PWR: 30,
  SYS: 31
} as const

/** Older names of the same numbers. */
const ALIASES: ReadonlyMap<string, number> = new Map([
  ["IOT", 6],
  ["CLD", 17],
  ["POLL", 29]
])

const RTMIN = 34
const RTMAX = 64

/** A signal that a program file may name. `RTMIN` is 34, as the C library numbers it, and `RTMAX` is 64. */
export type SignalName =
  | keyof typeof NUMBERS
  | "RTMIN"
  | "RTMAX"
  | `RTMIN+${number}`
  | `RTMAX-${number}`

const byName: ReadonlyMap<string, number> = new Map(Object.entries(NUMBERS))
const byNumber: ReadonlyMap<number, string> = new Map(
  Object.entries(NUMBERS).map(([name, number]) => [number, name])
)

/** The names without real-time offsets, in the order of their numbers. */
export const signalNames: ReadonlyArray<string> = [...byName.keys(), "RTMIN", "RTMAX"]

/**
 * The number of a name in any case, with or without SIG: `TERM`, `sigusr1`, `RTMIN+3`, `RTMAX-1`, and of a number in
 * decimals from 0 to 64. Null: there is no such signal.
 */
export const signalNumber = (name: string): number | null => {
  const text = name.trim().toUpperCase()
  if (/^\d+$/.test(text)) {
    const number = Number(text)
    return number <= RTMAX ? number : null
  }
  const bare = text.startsWith("SIG") ? text.slice(3) : text
  return byName.get(bare) ?? ALIASES.get(bare) ?? realTimeNumber(bare)
}

/** The canonical name without SIG (`TERM`, `RTMIN+1`); decimals where a number has no name (0, 32, 33). */
export const signalName = (number: number): string => {
  const name = byNumber.get(number)
  if (name !== undefined) return name
  if (number === RTMIN) return "RTMIN"
  if (number === RTMAX) return "RTMAX"
  if (number > RTMIN && number < RTMAX) return `RTMIN+${number - RTMIN}`
  return String(number)
}

const realTimeNumber = (name: string): number | null => {
  const match = /^RT(MIN|MAX)(?:([+-])(\d{1,2}))?$/.exec(name)
  if (match === null) return null
  const base = match[1] === "MIN" ? RTMIN : RTMAX
  const offset = Number(match[3] ?? 0) * (match[2] === "-" ? -1 : 1)
  const number = base + offset
  return number >= RTMIN && number <= RTMAX ? number : null
}
