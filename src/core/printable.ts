/** Text of others must not reach a terminal as control sequences: control characters become `\x1b` and the like. */
export const printable = (text: string): string =>
  text.replace(/[\u0000-\u001f\u007f-\u009f]/g, (character) => {
    const code = character.charCodeAt(0)
    return `\\x${code.toString(16).padStart(2, "0")}`
  })
