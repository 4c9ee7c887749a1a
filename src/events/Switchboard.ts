/**
 * All pools of listeners, without an Effect: which there are, who is in them, what each event and each word of a listener does
 * to them. It writes to nobody; whoever owns it sends what a pool's `next` gives, after each call of `wake`.
 */
import { hearsTicks } from "../core/listener/subscription.ts"
import type { InstanceKey, InstanceSpec } from "../domain/Instance.ts"
import type { EventType, ListenerEvent } from "../domain/ListenerEvent.ts"
import { ListenerLines } from "./ListenerLines.ts"
import { type Member, Pool } from "./Pool.ts"

const outputTypes: ReadonlyArray<EventType> = [
  "PROCESS_LOG_STDOUT",
  "PROCESS_LOG_STDERR",
  "PROCESS_COMMUNICATION_STDOUT",
  "PROCESS_COMMUNICATION_STDERR"
]

export class Switchboard {
  readonly lines = new ListenerLines()
  readonly pools = new Map<string, Pool>()
  private readonly groups = new Set<string>()
  private readonly declared = new Map<string, ReadonlyArray<InstanceSpec>>()
  private serial = 0
  private readonly wake: () => void

  constructor(wake: () => void) {
    this.wake = wake
  }

  /** Listeners that are to be members of their pools from the moment that their group is added. */
  declare(specs: ReadonlyArray<InstanceSpec>): void {
    for (const group of new Set(specs.map((spec) => spec.group))) {
      const listeners = specs.filter(
        (spec) => spec.group === group && spec.definition.listener !== null
      )
      if (listeners.length > 0) this.declared.set(group, listeners)
    }
  }

  /** False: it was there already. */
  groupAdded(group: string): boolean {
    for (const spec of this.declared.get(group) ?? []) this.join(spec)
    this.declared.delete(group)
    if (this.groups.has(group)) return false
    this.groups.add(group)
    return true
  }

  /** False: there was none. What was declared is of the group that comes next: this may be heard after it was. */
  groupRemoved(group: string): boolean {
    this.pools.delete(group)
    this.wake()
    return this.groups.delete(group)
  }

  join(spec: InstanceSpec): void {
    const { listener } = spec.definition
    if (listener === null) {
      this.leave(spec.key)
      return
    }
    const pool = this.pools.get(spec.group) ?? new Pool(spec.group, listener, this.lines)
    this.pools.set(spec.group, pool)
    pool.join(spec, listener)
    this.wake()
  }

  leave(key: InstanceKey): void {
    const found = this.find(key)
    if (found === null) return
    const { pool } = found
    pool.leave(key)
    if (pool.members.length === 0) this.pools.delete(pool.name)
    this.wake()
  }

  rename(from: InstanceKey, spec: InstanceSpec): void {
    const found = this.find(from)
    if (found === null || spec.definition.listener === null) {
      this.leave(from)
      return
    }
    const { member, pool } = found
    if (pool.name === spec.group) {
      pool.rename(from, spec)
      return
    }
    this.leave(from)
    this.join(spec)
    const moved = this.find(spec.key)?.member
    if (moved === undefined) return
    moved.stream = member.stream
    for (const [stream, life] of member.lives) moved.lives.set(stream, life)
  }

  isListener(key: InstanceKey): boolean {
    return this.find(key) !== null
  }

  member(key: InstanceKey): Member | null {
    return this.find(key)?.member ?? null
  }

  /** RUNNING with that stdout, or null: not RUNNING. */
  runs(key: InstanceKey, stream: string | null): void {
    const member = this.find(key)?.member
    if (member === undefined) return
    member.stream = stream
    this.wake()
  }

  heard(key: InstanceKey, stream: string, bytes: Uint8Array): void {
    const found = this.find(key)
    if (found === null) return
    found.pool.heard(found.member, stream, bytes)
    this.wake()
  }

  /** Nothing more comes of that stdout. */
  ended(key: InstanceKey, stream: string): void {
    const found = this.find(key)
    if (found === null) return
    found.pool.giveBack(found.member, stream)
    found.member.lives.delete(stream)
    this.wake()
  }

  endedStream(stream: string): void {
    for (const pool of this.pools.values()) {
      for (const { lives, spec } of pool.members) {
        if (lives.has(stream)) this.ended(spec.key, stream)
      }
    }
  }

  wants(type: EventType): boolean {
    for (const { types } of this.pools.values()) if (types.has(type)) return true
    return false
  }

  get wantsTicks(): boolean {
    for (const { types } of this.pools.values()) if (hearsTicks(types)) return true
    return false
  }

  /** Whether anybody hears of what programs write. */
  get wantsOutput(): boolean {
    return outputTypes.some((type) => this.wants(type))
  }

  notify(event: ListenerEvent): void {
    let taken = false
    for (const pool of this.pools.values()) {
      if (!pool.types.has(event.type)) continue
      pool.accept(event, this.serial)
      taken = true
    }
    if (!taken) return
    // One number for an event in all pools; what nobody hears of takes none.
    this.serial = this.serial === Number.MAX_SAFE_INTEGER ? 0 : this.serial + 1
    this.wake()
  }

  private find(key: InstanceKey): { readonly pool: Pool; readonly member: Member } | null {
    for (const pool of this.pools.values()) {
      const member = pool.member(key)
      if (member !== undefined) return { pool, member }
    }
    return null
  }
}
