/** Sends what waits to the listeners that are free, and says what there is to say of them. */
import * as Effect from "effect/Effect"
import { envelope } from "../core/listener/envelope.ts"
import type { Supervisor } from "../supervise/Supervisor.ts"
import type { Events } from "./Events.ts"
import type { Member, Pool } from "./Pool.ts"
import type { Switchboard } from "./Switchboard.ts"

export interface Sender {
  readonly board: Switchboard
  readonly supervisor: Supervisor["Service"]
  readonly events: Events["Service"]
  readonly server: string
}

export const sendWaiting = (sender: Sender): Effect.Effect<void> =>
  Effect.gen(function* () {
    const { board, events } = sender
    for (const pool of [...board.pools.values()]) yield* sendOf(sender, pool)
    yield* board.lines.write
    for (const address of board.lines.takeBroken()) {
      yield* events.emit({ kind: "daemon", text: brokenText(address) })
    }
  })

const sendOf = Effect.fnUntraced(function* ({ board, server, supervisor }: Sender, pool: Pool) {
  const refused = new Set<Member>()
  for (let next = pool.next(refused); next !== null; next = pool.next(refused)) {
    const { member, queued } = next
    const { poolSerial, serial } = queued
    const tellsBytes = member.spec.origin === "typescript"
    const to = { server, pool: pool.name, serial, poolSerial, tellsBytes }
    const bytes = envelope(queued.event, to)
    const written = yield* supervisor.writeStdin(member.spec.key, bytes).pipe(
      Effect.as(true),
      Effect.orElseSucceed(() => false)
    )
    if (written) {
      board.lines.debug(`event ${serial} sent to listener ${member.spec.name}`)
    } else {
      pool.refused(next)
      refused.add(member)
    }
  }
})

const brokenText = (address: string): string =>
  `${address} left the protocol of event listeners: it gets no events until it is restarted`
