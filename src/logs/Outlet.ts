/**
 * What one stream's bytes become before they reach the log, in a worker: events with the bytes, what capture mode takes out, text
 * without sequences. A protocol is reported without loss and held when nobody takes it; other events are dropped with a count. It
 * never makes a program wait unless its output is a protocol.
 */
import { type CaptureMode, type CapturePiece, makeCaptureMode } from "../core/captureMode.ts"
import { type AnsiStripper, makeAnsiStripper } from "../core/stripAnsi.ts"
import type { TextPattern } from "../domain/Probe.ts"
import { type Found, type LineWatch, makeLineWatch } from "./LineWatch.ts"
import { MAX_UNACKNOWLEDGED_BYTES, type SinkSettings } from "./Message.ts"

/** Posts a report; false: it was dropped, because the main side does not keep up. */
export type PostOutput = (report: {
  readonly kind: "output" | "communication"
  readonly bytes: Uint8Array
  readonly lost: number
  readonly protocol: boolean
}) => boolean

export class Outlet {
  /** Made when it is needed: the text of most programs stays as it is. */
  private ansi: AnsiStripper | null = null
  private capture: CaptureMode | null = null
  private captured: Captured = nothingCaptured
  private unacknowledged = 0
  private lostOutput = 0
  private lostCommunication = 0
  private watch: { readonly look: LineWatch; readonly tell: (found: Found) => void } | null = null

  /** So much of a protocol waits for the main side that no more may be read. */
  get full(): boolean {
    return this.unacknowledged >= MAX_UNACKNOWLEDGED_BYTES
  }

  /** Capture mode may hold something back, also when the settings ask for none any more. */
  get capturing(): boolean {
    return this.capture !== null
  }

  /** A line is looked for. */
  get watching(): boolean {
    return this.watch !== null
  }

  /** Looks for a line from now on, instead of another one; `tell` is called once. Null: for none. */
  lookFor(pattern: TextPattern | null, tell: (found: Found) => void): void {
    this.watch = pattern === null ? null : { look: makeLineWatch(pattern), tell }
  }

  /** The main side took so much of the protocol. */
  taken(bytes: number): void {
    this.unacknowledged = Math.max(0, this.unacknowledged - bytes)
  }

  /** What is for the log; it may share memory with the bytes. */
  push(settings: SinkSettings, bytes: Uint8Array, post: PostOutput): Uint8Array {
    if (this.watch !== null) this.look(this.watch, bytes)
    if (settings.protocol) {
      post({ kind: "output", bytes, lost: 0, protocol: true })
      this.unacknowledged += bytes.length
      return this.stripped(settings, bytes)
    }
    const left = this.prepareCapture(settings)
    if (this.capture !== null)
      return this.give(settings, [...left, ...this.capture.push(bytes)], post)
    const text = this.stripped(settings, bytes)
    return this.give(settings, [...left, { kind: "log", bytes: text }], post)
  }

  /** What was held back, when the stream has ended. */
  end(settings: SinkSettings, post: PostOutput): Uint8Array {
    const left = this.capture?.end() ?? []
    return this.give(settings, [...left, { kind: "log", bytes: this.ansi?.end() ?? nothing }], post)
  }

  /** Forgets what was captured so far. */
  clear(): void {
    this.capture?.clear()
  }

  private look({ look, tell }: NonNullable<Outlet["watch"]>, bytes: Uint8Array): void {
    const found = look(bytes)
    if (found === "notYet") return
    this.watch = null
    tell(found)
  }

  private stripped(settings: SinkSettings, bytes: Uint8Array): Uint8Array {
    if (!settings.stripAnsi) return bytes
    this.ansi ??= makeAnsiStripper()
    return this.ansi.push(bytes)
  }

  /** Follows changed settings; gives what the capture of before held back. */
  private prepareCapture(settings: SinkSettings): ReadonlyArray<CapturePiece> {
    const { captureMaxBytes: maxBytes, stripAnsi } = settings
    if (maxBytes === this.captured.maxBytes && stripAnsi === this.captured.stripAnsi) return []
    const left = this.capture?.end() ?? []
    this.captured = { maxBytes, stripAnsi }
    this.capture = maxBytes > 0 ? makeCaptureMode(this.captured) : null
    return left
  }

  private give(
    { events }: SinkSettings,
    pieces: ReadonlyArray<CapturePiece>,
    post: PostOutput
  ): Uint8Array {
    const text: Array<Uint8Array> = []
    for (const { kind, bytes } of pieces) {
      if (kind === "communication") this.tell(kind, bytes, post)
      else if (bytes.length > 0) {
        if (events) this.tell("output", bytes, post)
        if (kind === "log") text.push(bytes)
      }
    }
    const [first] = text
    return text.length === 1 && first !== undefined ? first : Buffer.concat(text)
  }

  private tell(kind: "output" | "communication", bytes: Uint8Array, post: PostOutput): void {
    const before = kind === "output" ? this.lostOutput : this.lostCommunication
    const posted = post({ kind, bytes, lost: before, protocol: false })
    const lost = posted ? 0 : before + bytes.length
    if (kind === "output") this.lostOutput = lost
    else this.lostCommunication = lost
  }
}

/** With which settings the capture mode was made. */
interface Captured {
  readonly maxBytes: number
  readonly stripAnsi: boolean
}

const nothingCaptured: Captured = { maxBytes: 0, stripAnsi: false }

const nothing = new Uint8Array(0)
