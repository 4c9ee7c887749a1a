/**
 * Text inside XML. What XML 1.0 cannot carry (control characters, lone surrogates) goes out as U+FFFD: supervisord sends it as
 * it is, and then no client can read the answer.
 */

/** Everything but `&`, `<`, `>` and characters outside of XML's `Char`. */
const needsCare = /[^\t\n\r -%'-;=?-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u
const everyNeed = new RegExp(needsCare, "gu")
const foreign = /[^\t\n\r -\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u

export const escapeText = (text: string): string =>
  needsCare.test(text) ? text.replace(everyNeed, escaped) : text

/** Whether XML can carry each character. */
export const isXmlText = (text: string): boolean => !foreign.test(text)

const escaped = (character: string): string => {
  if (character === "&") return "&amp;"
  if (character === "<") return "&lt;"
  if (character === ">") return "&gt;"
  return "\ufffd"
}
