/** Names of processes as supervisord's clients write them: `name`, `group:name`, `group:*` (supervisord.md 4.3). */

/** `process` null: all of the group. */
export interface Namespec {
  readonly group: string
  readonly process: string | null
}

export const splitNamespec = (text: string): Namespec => {
  const colon = text.indexOf(":")
  if (colon < 0) return { group: text, process: text }
  const process = text.slice(colon + 1)
  return {
    group: text.slice(0, colon),
    process: process === "" || process === "*" ? null : process
  }
}

/** A process that is called as its group is shown by one name. Null prints as Python's `None`, as in `clear g:*`. */
export const namespecOf = (group: string, process: string | null): string =>
  group === process ? group : `${group}:${process ?? "None"}`
