/**
 * What holds of updates that fail, judged by what is announced: where a program says so they are undone, by the newest content
 * that was good, and what failed is not tried again while nobody saves or applies anything.
 */
import type { EventBody } from "../../../src/domain/Event.ts"
import type { Stage } from "./simulate.ts"

type Watched = Pick<Stage, "files" | "observer" | "reconciler" | "supervisor" | "world">

type GenerationTold = EventBody & { readonly kind: "generation" }

interface Bad {
  readonly hash: string | undefined
  readonly saves: number
  /** The newest good one of other content, when that was decided. */
  readonly good: number | undefined
}

export class Rollbacks {
  /** Content of each generation, by its hash, as far as it was on record when it began. */
  private readonly contents = new Map<number, string>()
  /** How often each was applied to its end, on record, and its programs came up. */
  private readonly applied = new Map<number, number>()
  /** Those that have come to an end, or go back to an older one: whatever becomes of them now is not undone. */
  private readonly proven = new Set<number>()
  private saves = 0
  /** What was undone last. */
  private bad: Bad | null = null
  private isGoingBack = false
  /** Somebody applies by hand: that may be what failed. */
  byHand = false
  private readonly stage: Watched

  constructor(stage: Watched) {
    this.stage = stage
    const { files, observer } = stage
    const [before, save] = [observer.heard, files.save]
    observer.heard = (body) => {
      before(body)
      if (body.kind === "generation") this.heard(body)
    }
    files.save = () => {
      this.saves += 1
      save()
    }
  }

  private heard({ detail, number, outcome }: GenerationTold): void {
    switch (outcome) {
      case "applying":
        this.began(number)
        return
      case "applied":
        this.proven.add(number)
        this.count(number, 1)
        return
      case "rolledBack":
        this.proven.add(number)
        this.undone(number)
        return
      case "failed":
        this.checkFailed(number, detail ?? "")
        this.proven.add(number)
        return
      case "unhealthy":
        this.count(number, -1)
        return
      case "superseded":
        return
    }
  }

  private undone(number: number): void {
    const hash = this.contents.get(number)
    this.bad = { hash, saves: this.saves, good: this.goodBefore(number, hash) }
    this.isGoingBack = true
  }

  /** What was not on record when it began, or is not now, is not counted. */
  private count(number: number, by: number): void {
    if (!this.contents.has(number) || this.stage.world.diskFull) return
    this.applied.set(number, Math.max(0, (this.applied.get(number) ?? 0) + by))
  }

  /** The newest of other content than this. */
  private goodBefore(number: number, hash: string | undefined): number | undefined {
    return [...this.applied]
      .flatMap(([it, count]) => (it < number && count > 0 ? [it] : []))
      .filter((it) => this.contents.get(it) !== hash)
      .toSorted((a, b) => b - a)[0]
  }

  private began(number: number): void {
    const { reconciler, world } = this.stage
    const hash = reconciler.content().accepted?.hash
    this.contents.delete(number)
    if (hash !== undefined && !world.diskFull) this.contents.set(number, hash)
    const isTriedAgain = hash === this.bad?.hash && this.saves === this.bad?.saves && !this.byHand
    if (this.isGoingBack) {
      this.isGoingBack = false
      this.proven.add(number)
      const good = this.bad?.good
      if (good === undefined)
        world.wrong(`generation ${number} goes back to what was never applied`)
      else if (this.contents.get(good) !== hash) {
        world.wrong(`generation ${number} goes back to another than generation ${good}`)
      }
    } else if (isTriedAgain) world.wrong(`generation ${number} was undone, and is tried again`)
  }

  private checkFailed(number: number, detail: string): void {
    const { supervisor, world } = this.stage
    const own = this.contents.get(number)
    if (own === undefined || this.proven.has(number) || world.diskFull) return
    if (this.goodBefore(number, own) === undefined) return
    const parts = detail.split("; ")
    const troubles = supervisor
      .peek()
      .filter(({ spec }) => parts.some((part) => failure.test(after(part, spec.address))))
    const isWhole = parts.every((part) =>
      troubles.some(({ spec }) => after(part, spec.address) !== "")
    )
    if (!isWhole) return
    const undoes = troubles.filter(({ spec }) => spec.definition.update.rollback)
    for (const { spec } of undoes)
      world.wrong(`generation ${number} failed by ${spec.address}, and is not undone`)
  }
}

/** It did not come up; what reeve itself could not do is another failure. */
const failure = /^(BACKOFF|FATAL|EXITED)\b/

const after = (part: string, address: string): string =>
  part.startsWith(`${address}: `) ? part.slice(address.length + 2) : ""
