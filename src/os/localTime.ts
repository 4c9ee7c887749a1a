/** Moments in this machine's time zone, in English whatever the locale: reeve's output is read by scripts too. */
const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

/** `Nov 22 06:48 AM`, supervisord's `%b %d %I:%M %p`. */
export const localTime = (ms: number): string => {
  const at = new Date(ms)
  const hour = at.getHours()
  const month = months[at.getMonth()] ?? ""
  return `${month} ${two(at.getDate())} ${two(hour % 12 || 12)}:${two(at.getMinutes())} ${hour < 12 ? "AM" : "PM"}`
}

/** `2026-11-22 06:48:05`. */
export const localDateTime = (ms: number): string => {
  const at = new Date(ms)
  const date = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
  return `${date} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`
}

const two = (value: number): string => String(value).padStart(2, "0")
