/**
 * Moves the output of programs from FIFOs to files, in a worker thread, without an Effect per chunk. A *sink* is where
 * one channel of one instance goes; it lives as long as the instance. A *stream* is the FIFO of one process life, attached to
 * a sink; several streams may feed one sink (a leftover child of the last life still writes).
 */
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import type * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type * as Stream from "effect/Stream"
import type { LogSink } from "../domain/Definition.ts"
import type { InstanceKey } from "../domain/Instance.ts"
import type { TextPattern } from "../domain/Probe.ts"

export type Channel = "stdout" | "stderr"

export interface SinkId {
  readonly instance: InstanceKey
  readonly channel: Channel
}

/** A sink with its file name decided ("auto" resolved). `label` (the address) prefixes syslog lines and the mirror. */
export interface SinkSpec {
  readonly label: string
  /** Absolute; null: no file. */
  readonly path: string | null
  readonly settings: LogSink
  /**
   * The bytes are a protocol (a listener's stdout): each of them becomes an "output" event. The program waits where nobody
   * takes them. They are in the file as they came.
   */
  readonly protocol: boolean
  /** Open the file with this user's rights where a directory of the path is writable by others (design 9); null: as reeve. */
  readonly openAs: {
    readonly uid: number
    readonly gid: number
    readonly groups: ReadonlyArray<number>
  } | null
}

/** `errno`: "EISDIR", "EACCES", "ENOENT", "ELOOP", … */
export class SinkFailure extends Data.TaggedError("SinkFailure")<{
  readonly path: string
  readonly errno: string
}> {}

/** A FIFO that is read (`attach`). */
export interface StreamPlace {
  readonly streamId: string
  readonly fifo: string
  /** Where it can be opened when its name is gone. */
  readonly otherwise: string | undefined
  /** A line of it that is looked for (event "matched"). Default: none. */
  readonly watch?: TextPattern | null
}

/** A sink of an earlier daemon, and what it was reading for it. */
export interface Resumed {
  readonly id: SinkId
  readonly spec: SinkSpec
  readonly streams: ReadonlyArray<StreamPlace>
}

/** What failed, null: nothing. Where the sink did, none of its streams was attached. */
export interface Resumption {
  readonly sink: SinkFailure | null
  /** In the order of `Resumed.streams`; empty where the sink failed. */
  readonly streams: ReadonlyArray<SinkFailure | null>
}

export interface Chunk {
  readonly sink: SinkId
  readonly label: string
  readonly bytes: Uint8Array
  /** Bytes that this follower lost before these. Default 0. */
  readonly lost?: number
  /** Where these bytes end in the sink's file; null or absent: no file of reeve's own. */
  readonly place?: { readonly inode: number; readonly end: number } | null
}

export type LogEvent =
  | { readonly kind: "trouble"; readonly sink: SinkId; readonly text: string }
  | { readonly kind: "recovered"; readonly sink: SinkId }
  /** The last writer of a released stream is gone, and all that it wrote is in the sink. */
  | { readonly kind: "ended"; readonly streamId: string }
  /** The line that was looked for has come; `tooLong`: looking for it takes too long, and is given up. */
  | { readonly kind: "matched"; readonly streamId: string; readonly tooLong: boolean }
  /**
   * What a sink with `settings.events` or `protocol` got, in its order. `lost`: bytes of this stream that came before and are
   * missing because nobody took them in time; always 0 where it is a protocol.
   */
  | {
      readonly kind: "output"
      readonly sink: SinkId
      readonly streamId: string
      readonly bytes: Uint8Array
      readonly lost: number
    }
  /** What stood between the tokens of capture mode (supervisord.md 3.5). `lost`: bytes of earlier ones that are missing. */
  | {
      readonly kind: "communication"
      readonly sink: SinkId
      readonly streamId: string
      readonly bytes: Uint8Array
      readonly lost: number
    }

export class LogPlane extends Context.Service<
  LogPlane,
  {
    /**
     * Defines a sink or changes it in place, where it is not so already; opens its file (creating it) so that an unusable target
     * is known before a start.
     */
    readonly configure: (id: SinkId, spec: SinkSpec) => Effect.Effect<void, SinkFailure>
    /**
     * Tells of a sink that will be configured: `pathOf` and `clear` know it from now on; its file is not touched. Nothing where
     * it is configured already.
     */
    readonly declare: (id: SinkId, spec: SinkSpec) => Effect.Effect<void>
    /** Gives a sink another owner (rename); its streams go on. */
    readonly rename: (from: SinkId, to: SinkId, label: string) => Effect.Effect<void>
    /** Its thread begins now, beside what the caller does next: it takes a moment, and will be needed. */
    readonly warm: Effect.Effect<void>
    /** Forgets a sink when its streams have ended. */
    readonly drop: (id: SinkId) => Effect.Effect<void>
    /**
     * Opens the FIFO for reading; to be called before its writer is started, or when that has been writing for long (its daemon
     * died).
     */
    readonly attach: (
      streamId: string,
      fifo: string,
      sink: SinkId,
      otherwise?: string,
      watch?: TextPattern | null
    ) => Effect.Effect<void, SinkFailure>
    /**
     * `attach` that nobody waits for, of a FIFO that another process holds for reading, so that nothing gets lost meanwhile.
     * Where it cannot be opened that is trouble of the sink, and it is tried again; where it is not there it has ended. Fails
     * where there is no such sink.
     */
    readonly attachSoon: (
      streamId: string,
      fifo: string,
      sink: SinkId,
      watch?: TextPattern | null
    ) => Effect.Effect<void, SinkFailure>
    /** Looks for another line in a stream from now on; null: for none. */
    readonly lookFor: (streamId: string, pattern: TextPattern | null) => Effect.Effect<void>
    /** `configure`, then `attach`, for many at once; in their order. */
    readonly resume: (wanted: ReadonlyArray<Resumed>) => Effect.Effect<ReadonlyArray<Resumption>>
    /** Puts a line of reeve's own into the sink, behind what it holds. Best effort: nothing waits for it. */
    readonly remark: (sink: SinkId, text: string) => Effect.Effect<void>
    /** The process ended (or never started): the stream is read until it has no writer, then closed, its FIFO removed. */
    readonly release: (streamId: string) => Effect.Effect<void>
    /** Waits until what was written before this call is in its sinks (at most a second). */
    readonly settle: Effect.Effect<void>
    /** Moves what waits (two seconds at most) and then nothing more. Pipes stay, with what comes into them. */
    readonly leave: Effect.Effect<void>
    /** Closes and reopens all files (SIGUSR2). */
    readonly reopen: Effect.Effect<void>
    /**
     * Removes the sink's file (its backups stay, as in supervisord) and creates it anew, also when nothing runs. What was
     * written before is in the old one. Fails with ENOENT where no such sink is known; a sink without a file, or whose file was
     * never made, has nothing to clear.
     */
    readonly clear: (id: SinkId) => Effect.Effect<void, SinkFailure>
    /** Copies (tee) of what comes from now on. A follower that does not keep up loses chunks, never stops a program. */
    readonly follow: (
      sinks: ReadonlyArray<SinkId> | "all"
    ) => Effect.Effect<Stream.Stream<Chunk>, never, Scope.Scope>
    readonly events: Effect.Effect<Stream.Stream<LogEvent>, never, Scope.Scope>
    /** Where a sink writes now, or will; null: no file. */
    readonly pathOf: (id: SinkId) => Effect.Effect<string | null>
  }
>()("reeve/logs/LogPlane") {}
