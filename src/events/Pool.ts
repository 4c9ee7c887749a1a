/**
 * The listeners of one group and the events that wait for them (supervisord.md 6.4, 6.5). The buffer is bounded: of more, the
 * oldest is dropped. An event goes to one member; rejected, it comes back to this pool alone (unlike G3), ahead of all others.
 */
import { hear, type ListenerState, newListener, sent, unsent } from "../core/listener/protocol.ts"
import { subscription } from "../core/listener/subscription.ts"
import type { ListenerSettings } from "../domain/Definition.ts"
import type { InstanceKey, InstanceSpec } from "../domain/Instance.ts"
import type { EventType, ListenerEvent } from "../domain/ListenerEvent.ts"
import type { ListenerLines } from "./ListenerLines.ts"

export interface Queued {
  readonly event: ListenerEvent
  /** Over all pools, and in this one. */
  readonly serial: number
  readonly poolSerial: number
}

export interface Member {
  spec: InstanceSpec
  /** The stdout of the process that is RUNNING; null: it gets no events. */
  stream: string | null
  /** The protocol by stdout: of the process that runs, and of those whose last words are still coming in. */
  readonly lives: Map<string, ListenerState>
  busy: { readonly queued: Queued; readonly stream: string } | null
}

export interface Dispatch {
  readonly member: Member
  readonly queued: Queued
  readonly stream: string
}

export class Pool {
  readonly name: string
  types: ReadonlySet<EventType>
  private size: number
  private nextSerial = 0
  private buffer: Array<Queued> = []
  private readonly byKey = new Map<InstanceKey, Member>()
  private readonly lines: ListenerLines

  constructor(name: string, settings: ListenerSettings, lines: ListenerLines) {
    this.name = name
    this.lines = lines
    this.types = subscription(settings.events)
    this.size = settings.bufferSize
  }

  get members(): ReadonlyArray<Member> {
    return [...this.byKey.values()].sort((a, b) => a.spec.index - b.spec.index)
  }

  member(key: InstanceKey): Member | undefined {
    return this.byKey.get(key)
  }

  /** Takes a member in, or its new specification. */
  join(spec: InstanceSpec, settings: ListenerSettings): void {
    this.types = subscription(settings.events)
    this.size = settings.bufferSize
    const known = this.byKey.get(spec.key)
    if (known === undefined) {
      this.byKey.set(spec.key, { spec, stream: null, lives: new Map(), busy: null })
    } else known.spec = spec
  }

  /** The same process under another key. */
  rename(from: InstanceKey, spec: InstanceSpec): void {
    const member = this.byKey.get(from)
    if (member === undefined) return
    this.byKey.delete(from)
    member.spec = spec
    this.byKey.set(spec.key, member)
  }

  leave(key: InstanceKey): void {
    const member = this.byKey.get(key)
    if (member === undefined) return
    this.giveBack(member, null)
    this.byKey.delete(key)
  }

  accept(event: ListenerEvent, serial: number): void {
    this.makeRoom()
    this.buffer.push({ event, serial, poolSerial: this.nextSerial })
    this.nextSerial = this.nextSerial === Number.MAX_SAFE_INTEGER ? 0 : this.nextSerial + 1
  }

  heard(member: Member, stream: string, bytes: Uint8Array): void {
    const { address, name } = member.spec
    const [next, outcomes] = hear(member.lives.get(stream) ?? newListener, bytes)
    member.lives.set(stream, next)
    for (const outcome of outcomes) {
      switch (outcome.kind) {
        case "changed":
          this.lines.debug(`${name}: ${outcome.from} -> ${outcome.to}`)
          if (outcome.to === "UNKNOWN") this.lines.unknown(name, address)
          break
        case "processed":
          this.lines.debug(`${name}: event was processed`)
          if (member.busy?.stream === stream) member.busy = null
          break
        case "rejected":
          this.lines.warn(`${name}: event was rejected`)
          this.giveBack(member, stream)
          break
        case "badResult":
          this.lines.warn(`${name}: bad result line: '${outcome.line}'`)
          this.giveBack(member, stream)
          break
      }
    }
  }

  /** What was sent to that process (null: to whichever) and not answered waits again, as the first. */
  giveBack(member: Member, stream: string | null): void {
    const { busy } = member
    if (busy === null || (stream !== null && busy.stream !== stream)) return
    member.busy = null
    const { queued } = busy
    this.lines.debug(
      `rebuffering event ${queued.serial} for pool ${this.name} (buf size=${this.buffer.length}, max=${this.size})`
    )
    this.makeRoom()
    this.buffer.unshift(queued)
  }

  /** The first event and the first member that is free for it; the member is BUSY from now on. Null: nothing to do. */
  next(refused: ReadonlySet<Member>): Dispatch | null {
    const [queued] = this.buffer
    if (queued === undefined) return null
    for (const member of this.members) {
      const { stream } = member
      const life = stream === null ? undefined : member.lives.get(stream)
      if (stream === null || life?.phase !== "READY" || refused.has(member)) continue
      this.buffer.shift()
      member.lives.set(stream, sent(life))
      member.busy = { queued, stream }
      return { member, queued, stream }
    }
    return null
  }

  /** Its stdin took nothing: the event is the first again, the member as it was. */
  refused({ member, queued, stream }: Dispatch): void {
    const { name } = member.spec
    this.lines.debug(
      `epipe occurred while sending event ${queued.serial} to listener ${name}, listener state unchanged`
    )
    if (member.busy?.queued !== queued) return
    member.busy = null
    const life = member.lives.get(stream)
    if (life !== undefined) member.lives.set(stream, unsent(life))
    this.buffer.unshift(queued)
  }

  private makeRoom(): void {
    while (this.buffer.length >= this.size) {
      const dropped = this.buffer.shift()
      if (dropped === undefined) return
      this.lines.error(
        `pool ${this.name} event buffer overflowed, discarding event ${dropped.serial}`
      )
    }
  }
}
