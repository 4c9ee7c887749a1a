/** Mapped memory of a process, as /proc/PID/smaps has it (proc(5)). */

export interface Mapping {
  readonly start: bigint
  readonly end: bigint
  /** "r-xp" */
  readonly rights: string
  /** Null: no file. */
  readonly file: string | null
  /** It has pages of its own that are not those of the file. */
  readonly written: boolean
}

export const readMappings = (smaps: string): ReadonlyArray<Mapping> =>
  smaps.split(/^(?=[0-9a-f]+-[0-9a-f]+ )/m).flatMap((text) => {
    const [, start, end, rights, file] = head.exec(text) ?? []
    if (start === undefined || end === undefined || rights === undefined) return []
    return {
      start: BigInt(`0x${start}`),
      end: BigInt(`0x${end}`),
      rights,
      file: file === undefined || file === "" ? null : file,
      written: !clean.every((line) => line.test(text))
    }
  })

const head = /^([0-9a-f]+)-([0-9a-f]+) (\S+) \S+ \S+ \S+ *(.*)$/m

const clean = [/^Private_Dirty: +0 kB$/m, /^Anonymous: +0 kB$/m, /^Swap: +0 kB$/m]
