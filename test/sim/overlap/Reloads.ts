/** That a process which reads its files anew is told so: once for what changed, and itself. */
import type { ActualInstance } from "../../../src/domain/Actual.ts"
import type { InstanceKey } from "../../../src/domain/Instance.ts"
import { readyAt } from "./health.ts"
import type { OverlapStage } from "./overlapScenario.ts"
import type { OneLife } from "./Succession.ts"

type Watched = Pick<OverlapStage, "machine" | "observer" | "supervisor" | "world">

interface Touched {
  key: InstanceKey
  readonly at: number
  readonly effect: "reload" | "restart"
}

export class Reloads {
  /** Changes that a daemon was told of, and signals by hand. */
  private readonly touched: Array<Touched> = []
  private readonly byHand: Array<Touched> = []
  private readonly unsure: Array<Touched> = []
  private readonly signals = new Map<string, Array<number>>()
  private readonly deaths: Array<number> = []
  private readonly stage: Watched
  private readonly lives: ReadonlyMap<string, OneLife>

  constructor(stage: Watched, lives: ReadonlyMap<string, OneLife>) {
    this.stage = stage
    this.lives = lives
  }

  touch(keys: ReadonlyArray<InstanceKey>, effect: Touched["effect"]): void {
    for (const key of keys) this.touched.push({ key, effect, at: this.stage.world.now() })
  }

  hand(key: InstanceKey): void {
    this.byHand.push({ key, effect: "reload", at: this.stage.world.now() })
  }

  renamed(from: InstanceKey, to: InstanceKey): void {
    for (const one of [...this.touched, ...this.byHand, ...this.unsure])
      if (one.key === from) one.key = to
  }

  lost(): void {
    const now = this.stage.world.now()
    this.deaths.push(now)
    this.unheard(now)
  }

  /** Who was told in the moment of a death may have heard nothing. */
  unheard(at: number): void {
    const heard = this.touched.filter((it) => it.at < at)
    this.unsure.push(...this.touched.slice(heard.length))
    this.touched.splice(heard.length)
  }

  /** Of a process, since a moment. */
  signalsTo(spawnId: string, since = 0): number {
    return (this.signals.get(spawnId) ?? []).filter((at) => at >= since).length
  }

  signalled(life: OneLife): void {
    const { machine, supervisor, world } = this.stage
    const { key, process } = life
    const spawnId = process.spawnId ?? ""
    this.signals.set(spawnId, [...(this.signals.get(spawnId) ?? []), world.now()])
    const owner =
      machine.life?.daemon == null
        ? undefined
        : supervisor.peek().find(({ spec }) => spec.key === key)
    if (owner !== undefined && owner.process?.spawnId !== spawnId) {
      world.wrong(`pid ${process.pid} is told to read anew, and is not the process of ${key}`)
    }
    const since = (at: number) => at >= process.bornAt
    const due =
      [...this.touched, ...this.byHand, ...this.unsure].filter(
        (it) => it.key === key && since(it.at)
      ).length + this.deaths.filter(since).length
    if (this.signalsTo(spawnId) > due) {
      world.wrong(`pid ${process.pid} of ${key} is told to read anew once too often`)
    }
  }

  /** What changed after a process began was told to it, or it was replaced. */
  checkEnd(instances: ReadonlyArray<ActualInstance>): void {
    const { world } = this.stage
    for (const { process, spec, state } of instances) {
      const life = this.lives.get(process?.spawnId ?? "")
      if (state !== "RUNNING" || life === undefined) continue
      const { bornAt, pid, script, spawnId } = life.process
      const own = this.touched.filter(({ at, key }) => key === spec.key && at > bornAt + 1)
      const watched = own.findLast(({ effect }) => effect === "restart")
      if (watched !== undefined && spec.definition.watch.length > 0 && !script.refusesSignals) {
        world.wrong(`pid ${pid} of ${spec.key} is older than what changed at ${watched.at}`)
      }
      const reload = own.findLast(({ effect }) => effect === "reload")
      const { reload: declared } = spec.definition
      if (reload === undefined || declared === null || declared.on.length === 0) continue
      const isUp = spec.definition.ready === null || readyAt(script, spec.definition) !== null
      if (script.refusesSignals || !isUp) continue
      if (this.signalsTo(spawnId ?? "", reload.at) === 0) {
        world.wrong(`pid ${pid} of ${spec.key} was not told of what changed at ${reload.at}`)
      }
    }
  }
}
