/**
 * What a process says of itself in one datagram of sd_notify(3): lines of NAME=value. What reeve does not know (MAINPID, FDSTORE,
 * barriers) is passed over.
 */

export interface Notice {
  /** "ready" ends a reload too. Null: nothing was said of it. */
  readonly phase: "ready" | "reloading" | "stopping" | null
  /** Null: nothing was said; empty: nothing is to be shown any more. */
  readonly status: string | null
  /** It is alive. */
  readonly alive: boolean
  /** It asks to be treated as if it were not. */
  readonly trigger: boolean
}

export const noNotice: Notice = { phase: null, status: null, alive: false, trigger: false }

/** Characters of a status: one line of a table has to hold it. */
const longestStatus = 200

export const readNotice = (text: string): Notice =>
  text.split("\n").reduce((notice, line) => andThen(notice, ofLine(line)), noNotice)

/** One after the other, as one: the latest of each counts. */
export const andThen = (first: Notice, then: Notice): Notice => ({
  phase: then.phase ?? first.phase,
  status: then.status ?? first.status,
  alive: first.alive || then.alive,
  trigger: first.trigger || then.trigger
})

const ofLine = (line: string): Notice => {
  if (line.startsWith("STATUS=")) {
    return { ...noNotice, status: line.slice("STATUS=".length, "STATUS=".length + longestStatus) }
  }
  switch (line) {
    case "READY=1":
      return { ...noNotice, phase: "ready" }
    case "RELOADING=1":
      return { ...noNotice, phase: "reloading" }
    case "STOPPING=1":
      return { ...noNotice, phase: "stopping" }
    case "WATCHDOG=1":
      return { ...noNotice, alive: true }
    case "WATCHDOG=trigger":
      return { ...noNotice, trigger: true }
    default:
      return noNotice
  }
}
