import { POLLIN, POLLOUT } from "../os/libc.ts"
import type { PipeStream } from "./PipeStream.ts"
import type { Sink } from "./Sink.ts"

/** What a log plane thread waits for: output of a stream, or a target that takes something again. */
export interface StreamSlot {
  readonly kind: "stream"
  readonly stream: PipeStream
  readonly sink: Sink
}

export type Slot = StreamSlot | { readonly kind: "target"; readonly sink: Sink }

export const POLLFD_BYTES = 8

/** An array of struct pollfd; the wake pipe first. */
export const pollSet = (wakeFd: number, slots: ReadonlyArray<Slot>): Buffer => {
  const set = Buffer.alloc((slots.length + 1) * POLLFD_BYTES)
  set.writeInt32LE(wakeFd, 0)
  set.writeInt16LE(POLLIN, 4)
  for (const [index, slot] of slots.entries()) {
    const at = (index + 1) * POLLFD_BYTES
    set.writeInt32LE(
      slot.kind === "stream" ? slot.stream.fd : (slot.sink.file?.target.fd ?? -1),
      at
    )
    set.writeInt16LE(slot.kind === "stream" ? POLLIN : POLLOUT, at + 4)
  }
  return set
}
