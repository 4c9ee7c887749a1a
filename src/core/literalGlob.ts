/** A text as a pattern (globMatch) in which nothing has a special meaning. */
export const literalGlob = (text: string): string => text.replace(/[\\*?[\]{}]/g, "\\$&")
