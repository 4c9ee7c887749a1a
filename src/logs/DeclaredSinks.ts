/** Sinks that the log plane was told of and that nothing was ever written to. */
import type { SinkId, SinkSpec } from "./LogPlane.ts"

export class DeclaredSinks {
  private readonly specs = new Map<string, SinkSpec>()

  get(id: SinkId): SinkSpec | null {
    return this.specs.get(nameOf(id)) ?? null
  }

  set(id: SinkId, spec: SinkSpec): void {
    this.specs.set(nameOf(id), spec)
  }

  remove(id: SinkId): void {
    this.specs.delete(nameOf(id))
  }

  rename(from: SinkId, to: SinkId, label: string): void {
    const spec = this.get(from)
    this.remove(from)
    if (spec !== null) this.set(to, { ...spec, label })
  }
}

const nameOf = (id: SinkId): string => `${id.channel} ${id.instance}`
