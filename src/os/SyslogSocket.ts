/**
 * The local syslog daemon's datagram socket, which Node cannot speak to. A send never waits: a daemon that is gone or slow
 * costs the message, never the program. It connects at the first send, and again when the daemon was restarted.
 */
import {
  AF_UNIX,
  close,
  connect,
  MSG_DONTWAIT,
  MSG_NOSIGNAL,
  SOCK_CLOEXEC,
  SOCK_DGRAM,
  SOCK_NONBLOCK,
  send,
  socket
} from "./libc.ts"

export interface SyslogSocket {
  /** 0, or the negated errno: -ENOENT and -ECONNREFUSED without a daemon, -EAGAIN when it does not keep up. */
  readonly send: (message: Uint8Array) => number
  readonly close: () => void
}

export const makeSyslogSocket = (path: string): SyslogSocket => {
  let fd = -1
  const open = (): number => {
    fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)
    if (fd < 0) return fd
    const address = Buffer.concat([Buffer.from([AF_UNIX, 0]), Buffer.from(path), Buffer.from([0])])
    const connected = connect(fd, address, address.length)
    if (connected < 0) shut()
    return connected
  }
  const shut = (): void => {
    if (fd >= 0) close(fd)
    fd = -1
  }
  const once = (message: Uint8Array): number => {
    if (fd < 0) {
      const opened = open()
      if (opened < 0) return opened
    }
    return Math.min(0, send(fd, message, message.length, MSG_DONTWAIT | MSG_NOSIGNAL))
  }
  return {
    send: (message) => {
      const hadSocket = fd >= 0
      const result = once(message)
      if (result === 0 || result === EAGAIN || !hadSocket) return result
      shut()
      return once(message)
    },
    close: shut
  }
}

const EAGAIN = -11
