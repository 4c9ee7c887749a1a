/**
 * Texts in a form that the `ini` package passes through unchanged, in names and in values: whatever has a meaning in its
 * dialect, or looks like it, becomes its number between tildes.
 */
export const plain = (text: string): string =>
  text.replace(/[^\w:\- ]|^_|^ | $/g, (character) => `~${character.charCodeAt(0).toString(16)}~`)

/** Takes `plain` back. */
export const unplain = (text: string): string =>
  text.replace(/~([0-9a-f]+)~/g, (_whole, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16))
  )
