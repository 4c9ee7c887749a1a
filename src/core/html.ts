/** Text inside HTML and URLs. All that comes from outside goes through one of these. */

/** For text and for attributes in double or single quotes. */
export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/gu, (character) => ENTITIES.get(character) ?? character)

const ENTITIES = new Map([
  ["&", "&amp;"],
  ["<", "&lt;"],
  [">", "&gt;"],
  ['"', "&quot;"],
  ["'", "&#39;"]
])

/** Percent-encodes as Python's urllib.parse.quote: all but letters, digits, `_.-~` and `/`. */
export const quoteUrl = (text: string): string =>
  encodeURIComponent(text.toWellFormed())
    .replace(/[!'()*]/gu, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll("%2F", "/")
