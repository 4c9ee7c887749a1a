/**
 * Entry of the thread that waits for pidfds (os/Entries "pidfds"). It blocks in epoll_wait(2) and runs no event loop; what is
 * to be waited for is added to the epoll set by the thread that started it, at any time.
 */
import * as libc from "./libc.ts"
import type { Ended, PidfdThreadData, Stop } from "./PidfdWatch.ts"
import { threadPort } from "./WorkerThread.ts"

const AT_ONCE = 256
/** No pid: something is in the wake pipe. */
const WAKE = 0

const port = threadPort<Stop, Ended, PidfdThreadData>()
const { bytes, dataAt } = libc.EPOLL_EVENT
const events = Buffer.alloc(AT_ONCE * bytes)

const addWake = (): void => {
  const event = Buffer.alloc(bytes)
  event.writeUInt32LE(libc.EPOLLIN, 0)
  event.writeUInt32LE(WAKE, dataAt)
  const result = libc.epollControl(port.data.epoll, libc.EPOLL_CTL_ADD, port.wakeFd, event)
  if (result < 0) throw new Error(`cannot wait for processes: ${libc.errnoName(result)}`)
}

/** The numbers of what became readable. */
const next = (): ReadonlyArray<number> => {
  const count = libc.epollWait(port.data.epoll, events, AT_ONCE, -1)
  if (count < 0 && libc.errnoName(count) !== "EINTR") {
    throw new Error(`cannot wait for processes: ${libc.errnoName(count)}`)
  }
  return Array.from({ length: Math.max(count, 0) }, (_, index) =>
    events.readUInt32LE(index * bytes + dataAt)
  )
}

addWake()
for (;;) {
  const ready = next()
  if (ready.includes(WAKE) && (!port.awake() || port.receive() === "stop")) break
  const pids = ready.filter((pid) => pid !== WAKE)
  if (pids.length > 0) port.post(pids)
  port.flush()
}
port.close()
