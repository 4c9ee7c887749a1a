/**
 * What the last good load made of each evaluated object, by the object's exact text: a save changes few of thousands,
 * and the others are not checked and expanded again. Only results that follow from the key alone may be put here. Holds
 * one load's worth: what that load no longer had is gone with it.
 */
import type { ExpandedProgram } from "../core/expandProgram.ts"
import type { Runnable } from "../domain/authoring/Runnable.ts"
import type { Program } from "../domain/Desired.ts"
import type { Checked } from "./checkObject.ts"

export class DecodeMemory {
  readonly checks = new Recall<Checked<Runnable>>()
  readonly programs = new Recall<ExpandedAndSealed>()

  /** At the start of a load. */
  begin(): void {
    this.checks.begin()
    this.programs.begin()
  }

  /** When the load was good; after one with errors the next is compared with the last good one still. */
  keep(): void {
    this.checks.keep()
    this.programs.keep()
  }
}

export interface ExpandedAndSealed {
  readonly program: Program
  readonly findings: ExpandedProgram["findings"]
}

class Recall<A> {
  private last = new Map<string, A>()
  private current = new Map<string, A>()

  /** What is known under the key; else what `make` gives. */
  of(key: string, make: () => A): A {
    const value = this.current.get(key) ?? this.last.get(key) ?? make()
    this.current.set(key, value)
    return value
  }

  begin(): void {
    this.current = new Map()
  }

  keep(): void {
    this.last = this.current
  }
}
