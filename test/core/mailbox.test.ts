import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { Mailbox } from "../../src/supervise/Mailbox.ts"

const drained = (mailbox: Mailbox<number>): ReadonlyArray<number> => {
  const all: Array<number> = []
  for (let one = mailbox.poll(); one !== null; one = mailbox.poll()) all.push(one)
  return all
}

const upTo = (count: number) => Array.from({ length: count }, (_, at) => at)

describe("the mailbox of an actor", () => {
  it.effect("gives messages in their order, and null when there is none", () =>
    Effect.gen(function* () {
      const mailbox = new Mailbox<number>()
      for (const at of upTo(5)) yield* mailbox.offer(at)
      assert.deepEqual(drained(mailbox), upTo(5))
      assert.isNull(mailbox.poll())
    })
  )

  it.effect("starts who rests once, for the first message, which it then finds", () =>
    Effect.gen(function* () {
      const mailbox = new Mailbox<number>()
      const starts: Array<number | null> = []
      const start = () => Effect.sync(() => void starts.push(mailbox.poll()))
      assert.isTrue(mailbox.rest(start))
      yield* mailbox.offer(1)
      yield* mailbox.offer(2)
      assert.deepEqual(starts, [1])
      assert.isFalse(mailbox.rest(start), "a message is there")
      assert.deepEqual(drained(mailbox), [2])
      assert.isTrue(mailbox.rest(start))
    })
  )

  it.effect("wakes who waits in a step after that of the sender", () =>
    Effect.gen(function* () {
      const mailbox = new Mailbox<number>()
      const heard: Array<number | null> = []
      const hears = Effect.map(mailbox.arrival(), () => heard.push(mailbox.poll()))
      const fiber = yield* Effect.forkChild(hears, { startImmediately: true })
      yield* mailbox.offer(7)
      assert.isEmpty(heard)
      yield* Fiber.join(fiber)
      assert.deepEqual(heard, [7])
      const rung = yield* Effect.forkChild(hears, { startImmediately: true })
      mailbox.ring()
      yield* Fiber.join(rung)
      assert.deepEqual(heard, [7, null])
    })
  )

  it.effect("forgets no sender, wherever its step is cut while its actor empties it", () =>
    Effect.gen(function* () {
      for (const before of upTo(80)) {
        const mailbox = new Mailbox<number>()
        const heard: Array<number> = []
        const actor: Effect.Effect<void> = Effect.suspend(() => {
          heard.push(...drained(mailbox))
          return mailbox.rest(() => actor) ? Effect.void : actor
        })
        for (const at of upTo(64)) yield* mailbox.offer(at)
        // A fiber gives way after 2,048 operations.
        const steps = Effect.forEach(upTo(2_048 - before), () => Effect.void, { discard: true })
        const sender = yield* Effect.forkChild(Effect.andThen(steps, mailbox.offer(64)), {
          startImmediately: true
        })
        yield* actor
        yield* Fiber.join(sender)
        assert.deepEqual(heard, upTo(65))
      }
    })
  )

  it.effect("lets senders wait, in their order, where its actor is far behind", () =>
    Effect.gen(function* () {
      const mailbox = new Mailbox<number>()
      const sent: Array<number> = []
      const send = (at: number) => Effect.map(mailbox.offer(at), () => sent.push(at))
      const senders = yield* Effect.forEach(upTo(67), (at) =>
        Effect.forkChild(send(at), { startImmediately: true })
      )
      assert.deepEqual(sent, upTo(64))
      const [gone] = senders.slice(65)
      if (gone !== undefined) yield* Fiber.interrupt(gone)
      assert.equal(mailbox.poll(), 0)
      assert.deepEqual(drained(mailbox), [...upTo(65).slice(1), 66])
      yield* Effect.yieldNow
      assert.deepEqual(sent, [...upTo(65), 66])
    })
  )
})
