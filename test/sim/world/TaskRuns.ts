/** What holds of the runs of tasks, judged by what is announced: completed is a good end, and not run again by itself. */
import type { ActualInstance } from "../../../src/domain/Actual.ts"
import type { EventBody } from "../../../src/domain/Event.ts"
import type { InstanceKey } from "../../../src/domain/Instance.ts"
import type { Observer } from "./Observer.ts"
import type { World } from "./World.ts"

interface Completed {
  readonly at: number
  /** What it ran; each edit that takes a new process gives another. */
  readonly command: string | undefined
}

export class TaskRuns {
  private readonly completed = new Map<InstanceKey, Completed>()
  /** A file that they watch has changed since their latest run began. */
  private readonly outdated = new Set<InstanceKey>()
  private readonly world: World
  private readonly observer: Observer
  private readonly peek: () => ReadonlyArray<ActualInstance>

  constructor(world: World, observer: Observer, peek: () => ReadonlyArray<ActualInstance>) {
    this.world = world
    this.observer = observer
    this.peek = peek
  }

  heard(body: EventBody): void {
    if (body.kind === "removed") this.completed.delete(body.instance)
    if (body.kind === "fileChanged") this.outdated.add(body.instance)
    if (body.kind === "renamed") this.renamed(body)
    if (body.kind !== "state") return
    const { instance, reason, to } = body
    const found = this.peek().find(({ spec }) => spec.key === instance)
    if (found === undefined || found.spec.definition.task === null) return
    if (to === "STARTING") this.checkRun(found)
    if (to !== "EXITED" || reason?.kind !== "exited" || !reason.expected) return
    const { status } = reason
    if (status.kind !== "code" || status.code !== 0) {
      this.world.wrong(`${instance} has completed with ${JSON.stringify(status)}`)
    }
    // A file changed while it ran: another run is due.
    if (this.outdated.has(instance)) return
    const { started } = found
    this.completed.set(instance, { at: this.world.now(), command: started?.definition.command[0] })
  }

  private checkRun({ spec: { definition, key } }: ActualInstance): void {
    const before = this.completed.get(key)
    const changed = this.outdated.delete(key)
    this.completed.delete(key)
    if (changed || before === undefined || before.command !== definition.command[0]) return
    const asked = this.observer.askedAt.get(key) ?? Number.NEGATIVE_INFINITY
    if (asked < before.at) this.world.wrong(`${key} runs again, and had completed`)
  }

  private renamed({ from, instance }: EventBody & { readonly kind: "renamed" }): void {
    this.outdated.delete(instance)
    const found = [...this.observer.known].find(([, { address }]) => address === from)
    const known = found === undefined ? undefined : this.completed.get(found[0])
    if (found === undefined) return
    if (this.outdated.delete(found[0])) this.outdated.add(instance)
    if (known === undefined) return
    this.completed.delete(found[0])
    this.completed.set(instance, known)
  }
}
