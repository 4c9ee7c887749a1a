/**
 * The journal as the trial reads it: by the API, again and again, because a journal is bounded and its daemon comes and goes.
 * A number that never came is a hole, and told.
 */
import type { Event } from "../../src/domain/Event.ts"
import type { ExitStatus } from "../../src/domain/State.ts"

export interface JournaledExit {
  /** Wall clock, milliseconds. */
  readonly at: number
  readonly address: string
  readonly pid: number
  readonly status: ExitStatus
  readonly expected: boolean
}

type Get = (path: string) => Promise<unknown>

const atOnce = 10_000

export class Journal {
  readonly exits: Array<JournaledExit> = []
  holes = 0
  events = 0
  readonly #get: Get
  #after = 0

  constructor(get: Get) {
    this.#get = get
  }

  /** Reads what is new. */
  async read(): Promise<void> {
    for (;;) {
      const events = await this.#next()
      for (const { at, body, id } of events) {
        this.holes += id - this.#after - 1
        this.#after = id
        this.events++
        if (body.kind === "exit") this.exits.push({ ...body, at })
      }
      if (events.length < atOnce) return
    }
  }

  async #next(): Promise<ReadonlyArray<Event>> {
    const answer = await this.#get(`/v1/events?after=${this.#after}&limit=${atOnce}`)
    if (!Array.isArray(answer)) throw new Error(`no events: ${JSON.stringify(answer)}`)
    return answer
  }
}
