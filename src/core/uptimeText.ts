/** How long a process is up, as supervisord says it (supervisord.md 2.7). */

/** Whole seconds as `0:00:07`, `23:59:59`, `1 day, 0:00:00`; never negative. */
export const uptimeText = (seconds: number): string => {
  const total = Math.max(0, seconds)
  const days = Math.floor(total / 86_400)
  const clock = [
    String(Math.floor((total % 86_400) / 3600)),
    String(Math.floor((total % 3600) / 60)).padStart(2, "0"),
    String(total % 60).padStart(2, "0")
  ].join(":")
  return days === 0 ? clock : `${days} day${days === 1 ? "" : "s"}, ${clock}`
}
