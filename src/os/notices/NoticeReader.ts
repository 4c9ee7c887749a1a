/**
 * The main side of the thread that reads notices: which descriptors it reads for whom. The thread is started with the first of
 * them, and started anew when it failed. It owns the descriptors that it was given.
 */
import type { Notice } from "../../core/readNotice.ts"
import { entryPath } from "../Entries.ts"
import * as libc from "../libc.ts"
import { startWorkerThread, type WorkerThread } from "../WorkerThread.ts"
import type { NoticeOrder, NoticesRead } from "./NoticeOrder.ts"

/** A thread that fails at once is not started again at once. */
const again = 1_000

interface Source {
  readonly spawnId: string
  readonly fd: number
  readonly what: "socket" | "newline"
}

export class NoticeReader {
  private thread: WorkerThread<NoticeOrder> | null = null
  private readonly sources = new Map<number, Source>()
  private ids = 0
  private closed = false
  private readonly onNotice: (spawnId: string, notice: Notice) => void

  constructor(onNotice: (spawnId: string, notice: Notice) => void) {
    this.onNotice = onNotice
  }

  read(spawnId: string, fd: number, what: Source["what"]): void {
    this.ids += 1
    const id = this.ids
    this.sources.set(id, { spawnId, fd, what })
    this.started().post({ kind: "read", id, fd, what })
  }

  close(spawnId: string): void {
    for (const [id, source] of this.sources) {
      if (source.spawnId !== spawnId) continue
      this.sources.delete(id)
      if (this.thread === null) libc.close(source.fd)
      else this.thread.post({ kind: "close", id })
    }
  }

  stop(): void {
    this.closed = true
    this.thread?.post({ kind: "stop" })
  }

  private started(): WorkerThread<NoticeOrder> {
    this.thread ??= this.start()
    return this.thread
  }

  private start(): WorkerThread<NoticeOrder> {
    const thread = startWorkerThread<NoticeOrder, NoticesRead, null>({
      entry: entryPath("notices"),
      data: null,
      onMessage: (read) => {
        for (const { id, notice } of read) this.tell(id, notice)
      },
      onExit: () => {
        thread.dispose()
        this.thread = null
        if (!this.closed) setTimeout(() => this.restart(), again).unref()
      }
    })
    return thread
  }

  private tell(id: number, notice: Notice): void {
    const source = this.sources.get(id)
    if (source === undefined || this.closed) return
    // The thread has closed it.
    if (source.what === "newline") this.sources.delete(id)
    this.onNotice(source.spawnId, notice)
  }

  private restart(): void {
    if (this.closed || this.thread !== null || this.sources.size === 0) return
    const thread = this.started()
    for (const [id, { fd, what }] of this.sources) thread.post({ kind: "read", id, fd, what })
  }
}
