/** What listeners give cause to say (supervisord.md 6.6), kept until a fiber writes it; of a flood only the first are said. */
import * as Effect from "effect/Effect"

interface Line {
  readonly level: "debug" | "warn" | "error"
  readonly text: string
}

const capacity = 1000

export class ListenerLines {
  private waiting: Array<Line> = []
  private more = 0
  private broken: Array<string> = []

  debug(text: string): void {
    this.add({ level: "debug", text })
  }

  warn(text: string): void {
    this.add({ level: "warn", text })
  }

  error(text: string): void {
    this.add({ level: "error", text })
  }

  unknown(name: string, address: string): void {
    this.warn(
      `${name}: has entered the UNKNOWN state and will no longer receive events, ` +
        "this usually indicates the process violated the eventlistener protocol"
    )
    if (this.broken.length < capacity) this.broken.push(address)
  }

  /** Addresses of listeners that left the protocol since the last call. */
  takeBroken(): ReadonlyArray<string> {
    const taken = this.broken
    this.broken = []
    return taken
  }

  readonly write: Effect.Effect<void> = Effect.suspend(() => {
    const lines = this.waiting
    const { more } = this
    this.waiting = []
    this.more = 0
    if (more > 0) lines.push({ level: "warn", text: `${more} more lines about event listeners` })
    return Effect.forEach(lines, write, { discard: true })
  })

  private add(line: Line): void {
    if (this.waiting.length < capacity) this.waiting.push(line)
    else this.more += 1
  }
}

const write = ({ level, text }: Line): Effect.Effect<void> => {
  switch (level) {
    case "debug":
      return Effect.logDebug(text)
    case "warn":
      return Effect.logWarning(text)
    case "error":
      return Effect.logError(text)
  }
}
