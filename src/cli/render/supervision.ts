/** What is out of the ordinary with reeve itself, for `reeve status`. */
import type { StatusAnswer } from "../../api/messages.ts"
import { ageText } from "../../core/ageText.ts"
import { processCount } from "../../core/processCount.ts"

/** Who comes to look after an alarm finds it; later on, events and log have it. */
const toldForMs = 60 * 60 * 1000

/** Lines for the user; `now`: wall clock, milliseconds. */
export const renderSupervision = (
  { adopted, before, daemon, keeper }: StatusAnswer["supervision"],
  now: number
): ReadonlyArray<string> => {
  const lines: Array<string> = []
  if (before !== null && now - before.at < toldForMs) {
    const went =
      adopted === null
        ? ""
        : `; ${processCount(adopted.processes)} went on${endedText(adopted.ended)}`
    lines.push(
      `The daemon before ended ${before.text} ${ageText(now - before.at)} ago, and this one was started${went}.`
    )
  }
  if (keeper === null) {
    lines.push(
      `The daemon (pid ${daemon.pid}) has no keeper: nobody would start it again. reeve up takes it over.`
    )
  }
  return lines
}

const endedText = (ended: number): string => (ended === 0 ? "" : `, ${ended} ended meanwhile`)
