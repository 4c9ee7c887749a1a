import type { InstanceKey } from "../domain/Instance.ts"

/** Keys that instances had before they were renamed, until another instance has one of them or its own is gone. */
export class FormerKeys {
  private readonly next = new Map<InstanceKey, InstanceKey>()

  moved(from: InstanceKey, to: InstanceKey): void {
    if (from !== to) this.next.set(from, to)
    this.next.delete(to)
  }

  taken(key: InstanceKey): void {
    this.next.delete(key)
  }

  gone(key: InstanceKey): void {
    for (const [from, to] of this.next) if (to === key) this.next.delete(from)
  }

  /** The key by now; the same where no instance had it before another. */
  now(key: InstanceKey): InstanceKey {
    let found = key
    for (let to = this.next.get(found); to !== undefined; to = this.next.get(found)) found = to
    return found
  }
}
