/**
 * What ends an action of the client early. supervisorctl prints the Python exception, and scripts look for its class and
 * its words, so errors here carry both; the file and line that follow there have no counterpart.
 */
import { repr } from "../ini/pythonText.ts"

/** `pythonClass` as in `<class '…'>`; `message` is what `str` gives of the exception. */
export class ClientError extends Error {
  readonly pythonClass: string
  constructor(pythonClass: string, message: string) {
    super(message)
    this.pythonClass = pythonClass
  }
}

/** The server answered with a fault. */
export class FaultError extends ClientError {
  readonly code: number
  readonly text: string
  constructor(code: number, text: string) {
    super("xmlrpc.client.Fault", `<Fault ${code}: ${repr(text)}>`)
    this.code = code
    this.text = text
  }
}

/** The server answered, but not with 200. */
export class HttpError extends ClientError {
  readonly status: number
  constructor(status: number, reason: string) {
    super("xmlrpc.client.ProtocolError", `<ProtocolError for 127.0.0.1/RPC2: ${status} ${reason}>`)
    this.status = status
  }
}

/** Nobody answered. `errno` by name, "" where there is none. */
export class UnreachableError extends ClientError {
  readonly errno: string
  constructor(errno: string, detail: string) {
    const [pythonClass, message] = known.get(errno) ?? ["OSError", detail]
    super(pythonClass, message)
    this.errno = errno
  }
}

const known: ReadonlyMap<string, readonly [string, string]> = new Map([
  ["ENOENT", ["FileNotFoundError", "[Errno 2] No such file or directory"]],
  ["EACCES", ["PermissionError", "[Errno 13] Permission denied"]],
  ["EPERM", ["PermissionError", "[Errno 1] Operation not permitted"]],
  ["ENOTDIR", ["NotADirectoryError", "[Errno 20] Not a directory"]],
  ["EPIPE", ["BrokenPipeError", "[Errno 32] Broken pipe"]],
  ["ENETUNREACH", ["OSError", "[Errno 101] Network is unreachable"]],
  ["ECONNRESET", ["ConnectionResetError", "[Errno 104] Connection reset by peer"]],
  ["ETIMEDOUT", ["TimeoutError", "[Errno 110] Connection timed out"]],
  ["ECONNREFUSED", ["ConnectionRefusedError", "[Errno 111] Connection refused"]],
  ["ENAMETOOLONG", ["OSError", "AF_UNIX path too long"]],
  ["EHOSTUNREACH", ["OSError", "[Errno 113] No route to host"]],
  ["ENOTFOUND", ["socket.gaierror", "[Errno -2] Name or service not known"]],
  ["EAI_AGAIN", ["socket.gaierror", "[Errno -3] Temporary failure in name resolution"]],
  ["CLOSED", ["http.client.RemoteDisconnected", "Remote end closed connection without response"]]
])

/** The line for an action that an error ended (supervisord.md 5.2), and for a defect of our own. */
export const errorLine = (error: unknown): string => {
  const name = error instanceof ClientError ? error.pythonClass : "RuntimeError"
  const message = error instanceof Error ? error.message : String(error)
  return `error: <class '${name}'>, ${message}: file: reeve supervisorctl line: 0`
}
