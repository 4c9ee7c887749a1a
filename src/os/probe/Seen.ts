/** What one look of a probe found. `text`: in a few words, without secrets. */
export interface Seen {
  readonly ok: boolean
  readonly text: string
}

/** Bytes of an answer that are looked at; the rest is dropped unread. */
export const answerBytes = 64 * 1024

/** What a pattern may take on one answer. */
export const matchMs = 100
