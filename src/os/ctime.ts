/** `Sun Nov  2 06:48:05 2026` in this machine's time zone, as C's ctime(3) and Python's `time.ctime`. */
export const ctime = (ms: number): string => {
  const at = new Date(ms)
  const day = days[at.getDay()] ?? ""
  const month = months[at.getMonth()] ?? ""
  const time = [at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(":")
  return `${day} ${month} ${String(at.getDate()).padStart(2)} ${time} ${at.getFullYear()}`
}

const days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
const two = (value: number): string => String(value).padStart(2, "0")
