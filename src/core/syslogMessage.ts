/**
 * One line of output as a datagram for the local syslog socket, in the form that syslog(3) of the C library writes:
 * priority, local time, identity. Priority is user.info and the line follows the program's name, as in supervisord.md 3.4.
 */

/** LOG_USER (1) × 8 + LOG_INFO (6). */
const PRIORITY = 14
/** A line above this comes in pieces: common daemons cut messages at 8 KiB. */
export const MAX_SYSLOG_LINE_BYTES = 7 * 1024

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

/** `tag` is who speaks, as syslog(3)'s ident; `label` whose line it is. */
export const syslogMessage = (
  tag: string,
  label: string,
  line: Uint8Array,
  time: Date
): Uint8Array => {
  const two = (n: number) => String(n).padStart(2, "0")
  const clock = `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`
  const day = `${MONTHS[time.getMonth()]} ${String(time.getDate()).padStart(2, " ")}`
  const head = new TextEncoder().encode(`<${PRIORITY}>${day} ${clock} ${tag}: ${label} `)
  const message = new Uint8Array(head.length + line.length)
  message.set(head)
  message.set(line, head.length)
  return message
}
