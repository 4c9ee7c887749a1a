/**
 * Entry of the thread that reads what processes tell of themselves (os/Entries "notices"): Node has no datagram sockets of the
 * Unix kind. It blocks in epoll_wait(2). What comes close together is one notice, and after each round it rests: a program that
 * floods its socket waits, and costs little.
 */
import { andThen, type Notice, noNotice, readNotice } from "../../core/readNotice.ts"
import * as libc from "../libc.ts"
import { threadPort } from "../WorkerThread.ts"
import type { NoticeOrder, NoticesRead } from "./NoticeOrder.ts"

const EPOLL_CTL_DEL = 2
const AT_ONCE = 256
/** No id: something is in the wake pipe. */
const WAKE = 0
/** Datagrams of one socket in one round. */
const MOST_IN_A_ROUND = 64
const REST_MICROSECONDS = 5_000
const NEWLINE = 0x0a

const port = threadPort<NoticeOrder, NoticesRead, null>()
const epoll = libc.epollCreate(libc.EPOLL_CLOEXEC)
if (epoll < 0) throw new Error(`cannot wait for notices: ${libc.errnoName(epoll)}`)
const { bytes, dataAt } = libc.EPOLL_EVENT
const events = Buffer.alloc(AT_ONCE * bytes)
const buffer = Buffer.alloc(4096)
const sources = new Map<number, NoticeOrder & { readonly kind: "read" }>()

const control = (operation: number, fd: number, id: number): number => {
  const event = Buffer.alloc(bytes)
  event.writeUInt32LE(libc.EPOLLIN, 0)
  event.writeUInt32LE(id, dataAt)
  return libc.epollControl(epoll, operation, fd, event)
}

/** The keeper has the same socket open, so that closing it here alone would not take it out of the set. */
const close = (id: number): void => {
  const source = sources.get(id)
  if (source === undefined) return
  sources.delete(id)
  control(EPOLL_CTL_DEL, source.fd, id)
  libc.close(source.fd)
}

/** False: it is to end. */
const obey = (): boolean => {
  if (!port.awake()) return false
  for (let order = port.receive(); order !== null; order = port.receive()) {
    switch (order.kind) {
      case "stop":
        return false
      case "close":
        close(order.id)
        break
      case "read":
        if (control(libc.EPOLL_CTL_ADD, order.fd, order.id) >= 0) sources.set(order.id, order)
        break
    }
  }
  return true
}

const readSocket = (fd: number): Notice | null => {
  let notice: Notice | null = null
  for (let round = 0; round < MOST_IN_A_ROUND; round++) {
    const count = libc.readInto(fd, buffer, buffer.length)
    if (count < 0) break
    notice = andThen(notice ?? noNotice, readNotice(buffer.toString("utf8", 0, count)))
  }
  return notice
}

/** What comes before the newline says nothing; the end of file says that none will come. */
const readNewline = (id: number, fd: number): Notice | null => {
  const count = libc.readInto(fd, buffer, buffer.length)
  const found = count > 0 && buffer.subarray(0, count).includes(NEWLINE)
  if (found || count === 0) close(id)
  return found ? { ...noNotice, phase: "ready" } : null
}

/** The ids of what became readable. */
const next = (): ReadonlyArray<number> => {
  const count = libc.epollWait(epoll, events, AT_ONCE, -1)
  if (count < 0 && libc.errnoName(count) !== "EINTR") {
    throw new Error(`cannot wait for notices: ${libc.errnoName(count)}`)
  }
  return Array.from({ length: Math.max(count, 0) }, (_, index) =>
    events.readUInt32LE(index * bytes + dataAt)
  )
}

control(libc.EPOLL_CTL_ADD, port.wakeFd, WAKE)
for (;;) {
  const ready = next()
  if (ready.includes(WAKE) && !obey()) break
  const read: Array<NoticesRead[number]> = []
  for (const id of ready) {
    const source = sources.get(id)
    if (source === undefined) continue
    const { fd, what } = source
    const notice = what === "socket" ? readSocket(fd) : readNewline(id, fd)
    if (notice !== null) read.push({ id, notice })
  }
  if (read.length > 0) port.post(read)
  port.flush()
  if (ready.some((id) => id !== WAKE)) libc.usleep(REST_MICROSECONDS)
}
port.close()
