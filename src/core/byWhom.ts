/** What was done by hand, with who did it, and why, behind the first clause: `stopped by root ("disk swap"); until 14:30`. */
import type { Terms } from "../domain/Terms.ts"
import { printable } from "./printable.ts"
import { type Calendar, endText, whyText } from "./termText.ts"

export interface Deed extends Terms {
  /** Where it ends by itself, without when. */
  readonly text: string
  readonly who: string
}

export const byWhom = (deed: Deed, calendar: Calendar): string => {
  const { text, until, who } = deed
  const told = text.replace(/(?=;)|$/, () => ` by ${printable(who)}${whyText(deed)}`)
  return until === null ? told : `${told}; ${endText(deed, calendar)}`
}
