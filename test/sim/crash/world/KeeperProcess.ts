/** The keeper as a process of the simulated machine: what it keeps while daemons come and go, and what dies with it. */
import type { SimProcess } from "../../world/World.ts"
import type { Pipe, Pipes } from "./Pipes.ts"

export class KeeperProcess {
  readonly pid: number
  readonly facts = new Map<string, string>()
  /** Ended children, in the kernel's order: each stays a zombie until it is taken. */
  readonly zombies: Array<SimProcess> = []
  runs = 0
  private readonly held = new Map<string, Pipe>()
  private readonly pipes: Pipes

  /** It opens what is there already. */
  constructor(pid: number, pipes: Pipes) {
    this.pid = pid
    this.pipes = pipes
    for (const path of pipes.named.keys()) this.hold(path)
  }

  get holder(): string {
    return `keeper ${this.pid}`
  }

  get heldPaths(): ReadonlyArray<string> {
    return [...this.held.keys()]
  }

  /** Also of one whose name is gone. */
  pipeAt(path: string): Pipe | undefined {
    return this.held.get(path)
  }

  hold(path: string): boolean {
    const pipe = this.pipes.named.get(path)
    if (pipe === undefined) return false
    this.held.set(path, pipe)
    this.pipes.hold(pipe, this.holder)
    return true
  }

  drop(path: string): void {
    const pipe = this.held.get(path)
    this.held.delete(path)
    if (pipe !== undefined) this.pipes.letGo(pipe, this.holder)
  }
}
