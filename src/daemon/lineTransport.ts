import { Writable } from "node:stream"
import winston from "winston"

/** A winston transport over a function that takes one line, without its end. The function must not throw. */
export const lineTransport = (options: {
  readonly level?: string
  readonly write: (line: string) => void
}) => {
  const stream = new Writable({
    decodeStrings: false,
    write: (chunk: string, _encoding, next) => {
      options.write(String(chunk).replace(/\n$/, ""))
      next()
    }
  })
  return new winston.transports.Stream({
    stream,
    ...(options.level === undefined ? {} : { level: options.level })
  })
}
