/**
 * Memory of processes together, in bytes: their PSS (proportional set size: a page that several processes share counts in parts)
 * as it is where they alone use the machine. The kernel's own sum counts the bench and whatever else runs as sharers: a page of
 * Node's executable, which the bench maps as well, would count half, and PSS would depend on what else runs at the time. So
 * pages of files that are shared count once for all of the processes asked about, however many others have them: by mapping, as
 * many as the process has that has most of them. What is private, or no file's, counts as the kernel says.
 */
import { readIfThere } from "./ownProcesses.ts"

export const memoryOf = (pids: ReadonlyArray<number>): number =>
  memoryIn(pids.map((pid) => readIfThere(`/proc/${pid}/smaps`) ?? ""))

/** Of the texts of `/proc/PID/smaps`. */
export const memoryIn = (texts: ReadonlyArray<string>): number => {
  const shared = new Map<string, number>()
  let kB = 0
  for (const mapping of texts.flatMap(mappingsOf)) {
    if (mapping.file === null) {
      kB += mapping.pss
      continue
    }
    kB += mapping.own
    shared.set(mapping.file, Math.max(shared.get(mapping.file) ?? 0, mapping.shared))
  }
  for (const most of shared.values()) kB += most
  return kB * 1024
}

/** Sizes in kB. */
interface Mapping {
  /** Which part of which file, and how it is mapped; null: of no file. */
  readonly file: string | null
  readonly pss: number
  readonly own: number
  readonly shared: number
}

const heading = /^[0-9a-f]+-[0-9a-f]+ (\S+) ([0-9a-f]+) (\S+) (\d+)/

const mappingsOf = (text: string): ReadonlyArray<Mapping> =>
  text.split(/^(?=[0-9a-f]+-[0-9a-f]+ )/m).flatMap((part) => {
    const [, rights, offset, device, inode] = heading.exec(part) ?? []
    if (inode === undefined) return []
    const size = (name: string) => Number(new RegExp(`^${name}:\\s*(\\d+)`, "m").exec(part)?.[1])
    return [
      {
        file: inode === "0" ? null : `${device} ${inode} ${offset} ${rights}`,
        pss: size("Pss"),
        own: size("Private_Clean") + size("Private_Dirty"),
        shared: size("Shared_Clean") + size("Shared_Dirty")
      }
    ]
  })
