/**
 * The FIFOs of the simulated machine. What was written and not yet moved is in the pipe as long as anybody holds it open, whether
 * it still has a name or not; with its last holder goes what it holds.
 */

/** One write of a program: the process that made it, and the how many-th of this channel it is. */
export interface Piece {
  readonly spawnId: string
  readonly channel: string
  readonly pid: number
  readonly number: number
}

export interface Pipe {
  readonly path: string
  readonly pieces: Array<Piece>
  /** "pid 101" (reads and writes), "keeper 3", "daemon 10" (read only). */
  readonly holders: Set<string>
}

export const textOf = ({ channel, number, pid, spawnId }: Piece): string =>
  `${spawnId}.${channel} of pid ${pid} #${number}`

export class Pipes {
  readonly named = new Map<string, Pipe>()
  readonly written: Array<Piece> = []
  readonly moved: Array<{ readonly piece: Piece; readonly file: string }> = []
  /** Told of what can be read, and of writers that are gone. */
  onNews: () => void = () => undefined
  onLost: (piece: Piece) => void = () => undefined
  private readonly open = new Set<Pipe>()

  make(path: string): void {
    if (!this.named.has(path)) this.named.set(path, { path, pieces: [], holders: new Set() })
  }

  unlink(path: string): void {
    this.named.delete(path)
  }

  hold(pipe: Pipe, holder: string): void {
    pipe.holders.add(holder)
    this.open.add(pipe)
  }

  letGo(pipe: Pipe, holder: string): void {
    if (!pipe.holders.delete(holder)) return
    if (pipe.holders.size === 0) {
      this.open.delete(pipe)
      for (const piece of pipe.pieces.splice(0)) this.onLost(piece)
    }
    this.onNews()
  }

  letGoOfAll(holder: string): void {
    for (const pipe of [...this.open]) this.letGo(pipe, holder)
  }

  heldBy(holder: string): ReadonlyArray<Pipe> {
    return [...this.open].filter(({ holders }) => holders.has(holder))
  }

  write(pipe: Pipe, piece: Piece): void {
    this.written.push(piece)
    pipe.pieces.push(piece)
    this.onNews()
  }

  /** One splice: the piece is in the file when it is no longer in the pipe. */
  move(pipe: Pipe, file: string): void {
    const piece = pipe.pieces.shift()
    if (piece !== undefined) this.moved.push({ piece, file })
  }

  /** Nobody can write to it any more. */
  static isQuiet({ holders, pieces }: Pipe): boolean {
    return pieces.length === 0 && ![...holders].some((holder) => holder.startsWith("pid "))
  }

  /** What waits in pipes. */
  get waiting(): ReadonlyArray<Piece> {
    return [...this.open].flatMap(({ pieces }) => pieces)
  }

  get all(): ReadonlySet<Pipe> {
    return this.open
  }
}
