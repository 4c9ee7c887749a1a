/**
 * What the log plane's main side and its workers say to each other. Sinks are known by a number that stays when an
 * instance is renamed. Every command with an `id` is answered once, by `done`, `failed` or `apart`.
 */
import type { Rights } from "../core/logRights.ts"
import type { TextPattern } from "../domain/Probe.ts"

export interface SinkSettings {
  readonly label: string
  readonly path: string | null
  /** Mode of a file that is created, less the umask. */
  readonly mode: number
  readonly maxBytes: number
  readonly backups: number
  readonly syslog: boolean
  readonly stripAnsi: boolean
  /** Bytes kept between the tokens of capture mode; 0: no capture. */
  readonly captureMaxBytes: number
  /** Output is reported, as far as the main side keeps up. */
  readonly events: boolean
  /** Output is reported without loss, see MAX_UNACKNOWLEDGED_BYTES. */
  readonly protocol: boolean
  readonly openAs: Rights | null
}

export type Command =
  | {
      readonly kind: "configure"
      readonly id: number
      readonly sink: number
      readonly settings: SinkSettings
    }
  | { readonly kind: "relabel"; readonly id: number; readonly sink: number; readonly label: string }
  | { readonly kind: "drop"; readonly id: number; readonly sink: number }
  | {
      readonly kind: "attach"
      readonly id: number
      readonly stream: string
      readonly fifo: string
      /** Where it can be opened when its name is gone. */
      readonly otherwise: string | null
      readonly sink: number
      /** The line that is looked for in it; null: none. */
      readonly watch: TextPattern | null
    }
  /** Another line, or none, from now on. */
  | {
      readonly kind: "watch"
      readonly id: number
      readonly stream: string
      readonly sink: number
      readonly watch: TextPattern | null
    }
  | {
      readonly kind: "release"
      readonly id: number
      readonly stream: string
      readonly sink: number
    }
  /** The sink and its streams are another worker's from now on. */
  | { readonly kind: "detach"; readonly id: number; readonly sink: number }
  | { readonly kind: "remark"; readonly id: number; readonly sink: number; readonly text: string }
  | { readonly kind: "clear"; readonly id: number; readonly sink: number }
  | { readonly kind: "settle"; readonly id: number }
  | { readonly kind: "reopen"; readonly id: number }
  | {
      readonly kind: "follow"
      readonly id: number
      readonly all: boolean
      readonly sinks: ReadonlyArray<number>
    }
  | { readonly kind: "stop"; readonly id: number }
  /** So many bytes of a protocol were taken. Not answered. */
  | {
      readonly kind: "taken"
      readonly sink: number
      readonly stream: string
      readonly bytes: number
    }
  /** A late mark: commands before it were given to another worker (see Shared). */
  | { readonly kind: "evicted" }

/** Where a copied piece lies in the sink's file, so that a reader of the file knows what it has seen. */
export interface Place {
  readonly inode: number
  readonly end: number
}

export type Report =
  | { readonly kind: "done"; readonly id: number }
  | { readonly kind: "failed"; readonly id: number; readonly path: string; readonly errno: string }
  /** The target may block its thread: configure it in the worker of that key. */
  | { readonly kind: "apart"; readonly id: number; readonly key: string }
  | { readonly kind: "trouble"; readonly sink: number; readonly text: string }
  | { readonly kind: "recovered"; readonly sink: number }
  | { readonly kind: "ended"; readonly stream: string }
  /** The line that was looked for has come; `tooLong`: looking for it takes too long, and is given up. */
  | { readonly kind: "matched"; readonly stream: string; readonly tooLong: boolean }
  /** A dropped sink has no streams left and is closed. */
  | { readonly kind: "closed"; readonly sink: number }
  /** A call begins that nobody watches, see SHARED.watched. */
  | { readonly kind: "busy" }
  | {
      readonly kind: "chunk"
      readonly sink: number
      readonly bytes: Uint8Array<ArrayBuffer>
      readonly place: Place | null
      /** Bytes before these that were not posted because the main side did not keep up. */
      readonly lost: number
    }
  | Output
  | (Omit<Output, "kind"> & { readonly kind: "communication" })

export interface Output {
  readonly kind: "output"
  readonly sink: number
  readonly stream: string
  readonly bytes: Uint8Array<ArrayBuffer>
  /** Bytes of this kind and stream before these that were not posted. */
  readonly lost: number
  /** To be acknowledged by "taken". */
  readonly protocol: boolean
}

export interface WorkerData {
  /** 32-bit numbers of shared memory, see SHARED. */
  readonly shared: Int32Array<SharedArrayBuffer>
  /** True: it serves targets that may block, and takes them all. */
  readonly apart: boolean
  readonly syslog: SyslogPlace
}

export interface SyslogPlace {
  /** A datagram socket. */
  readonly path: string
  readonly tag: string
}

/**
 * Shared memory, by index. A worker notes the sink whose file it is about to touch; when that takes over a second, the
 * main side exchanges the note for EVICTED and gives everything else to a new worker. Both use compare-exchange, so
 * that one of them wins.
 */
export const SHARED = {
  /** Number of the sink in work (from 1), 0: none, or EVICTED. */
  busy: 0,
  /** Counts the calls, so that two notes of one sink can be told apart. */
  calls: 1,
  /** Bytes of chunks that were posted and not yet received. */
  posted: 2,
  /** 1: the main side looks at calls. It leaves off after a quiet second, and whoever notes a call then says that it is busy. */
  watched: 3,
  length: 4
} as const
export const EVICTED = -1

/** Chunks on their way to the main side; above it they are dropped (and followers told). */
export const MAX_POSTED_BYTES = 8 * 1024 * 1024

/** Bytes of a protocol that were reported and not acknowledged; above it the stream is not read. */
export const MAX_UNACKNOWLEDGED_BYTES = 256 * 1024
