/** Rows that cannot be read are warned of, each once however often its table is read. */
import * as Effect from "effect/Effect"
import type { Tell } from "./rows.ts"

/** Rows that are told apart at most. */
const most = 1_000

export class UnreadRows {
  readonly #told = new Set<string>()
  #due: Array<string> = []

  readonly tell: Tell = (text) => {
    if (this.#told.has(text) || this.#told.size >= most) return
    this.#told.add(text)
    this.#due.push(text)
  }

  /** `work`, and the warnings that it led to. */
  warned<A, E>(work: Effect.Effect<A, E>): Effect.Effect<A, E> {
    return Effect.tap(work, () => {
      const texts = this.#due
      if (texts.length === 0) return Effect.void
      this.#due = []
      return Effect.forEach(texts, (text) => Effect.logWarning(text), { discard: true })
    })
  }
}
