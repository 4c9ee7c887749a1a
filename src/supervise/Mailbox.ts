/**
 * What an actor is told, in order. Of thousands of actors most have nothing to do for days: one that rests here has no fiber of
 * its own, and the next message starts it again.
 */
import * as Effect from "effect/Effect"

/** Messages an actor may be behind; those who send more wait. */
const capacity = 64

interface Sender<A> {
  readonly message: A
  readonly taken: () => void
}

const none: ReadonlyArray<never> = []

export class Mailbox<A> {
  private messages: ReadonlyArray<A> = none
  private senders: ReadonlyArray<Sender<A>> = none
  /** What the actor waits with, and what starts one that rests: at most one of the two. */
  private wake: (() => void) | null = null
  private start: (() => Effect.Effect<void>) | null = null

  /** Ends when it is taken in, not when it is heard. The actor goes on in a step of its own. */
  offer(message: A): Effect.Effect<void> {
    return Effect.suspend(() =>
      this.messages.length < capacity
        ? Effect.uninterruptible(Effect.suspend(() => this.put(message)))
        : this.waitForRoom(message)
    )
  }

  /** Null: there is none. */
  poll(): A | null {
    const [message, ...rest] = this.messages
    if (message === undefined) return null
    const [sender, ...others] = this.senders
    if (sender !== undefined) rest.push(sender.message)
    this.messages = rest.length === 0 ? none : rest
    this.senders = others.length === 0 ? none : others
    sender?.taken()
    return message
  }

  /** Ends when there is a message, or at `ring`. */
  arrival(): Effect.Effect<void> {
    return Effect.callback((resume) => {
      if (this.messages.length > 0) return resume(Effect.void)
      // Never within the step of who sends.
      this.wake = () => resume(Effect.yieldNow)
      return Effect.sync(() => {
        this.wake = null
      })
    })
  }

  ring(): void {
    const { wake } = this
    this.wake = null
    wake?.()
  }

  /** From now on the next message runs `start`; false: there is one already. */
  rest(start: () => Effect.Effect<void>): boolean {
    if (this.messages.length > 0) return false
    this.start = start
    return true
  }

  private put(message: A): Effect.Effect<void> {
    const { start } = this
    this.messages = [...this.messages, message]
    this.start = null
    this.ring()
    return start === null ? Effect.void : start()
  }

  private waitForRoom(message: A): Effect.Effect<void> {
    return Effect.callback((resume) => {
      // Its actor may have been at work since there was none.
      if (this.messages.length < capacity) return resume(this.offer(message))
      const sender = { message, taken: () => resume(Effect.void) }
      this.senders = [...this.senders, sender]
      return Effect.sync(() => {
        this.senders = this.senders.filter((one) => one !== sender)
      })
    })
  }
}
