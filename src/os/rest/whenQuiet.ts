/** As long as a look lasts; what programs come to within the usual second after their start falls into the same one. */
const lookMs = 1_200
/** One that was not quiet within so many looks has its work, and is looked at seldom. */
const firstLooks = 25
const laterLookMs = 20_000
/** Share of one processor, all threads together. */
const quietShare = 0.008

/** Does `act` once when this process has done next to nothing for a moment. */
export const whenQuiet = (act: () => void): void => {
  const look = (number: number): void => {
    const ms = number < firstLooks ? lookMs : laterLookMs
    const before = process.cpuUsage()
    setTimeout(() => {
      const { system, user } = process.cpuUsage(before)
      if (system + user < ms * 1_000 * quietShare) act()
      else look(number + 1)
    }, ms).unref()
  }
  look(0)
}
