/**
 * The daemon's side of its keeper (design 10): what the keeper holds for it, and what it knows of the daemon before. Without a
 * keeper, with one of protocol 1, or when it is gone, everything here succeeds and does nothing: supervision never waits for it.
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { Before } from "../core/keeperProtocol.ts"
import type { ExitStatus } from "../domain/State.ts"

/** What the keeper told when this daemon began. */
export interface Met {
  /** 0: there is no keeper. */
  readonly protocol: number
  /** Null: there is no keeper. */
  readonly pid: number | null
  readonly version: string | null
  readonly run: number
  readonly before: Before
  /** Mirrored facts by spawn id, as `mirror` was given them. */
  readonly facts: ReadonlyMap<string, string>
  /** FIFOs that the keeper holds: path, and where they can be opened should that name be gone. */
  readonly held: ReadonlyMap<string, string>
  /** Listening sockets that were handed on: name, and descriptor here. */
  readonly sockets: ReadonlyMap<string, number>
}

/** The exit of a process that an earlier daemon started and that fell to the keeper. */
export interface OrphanExit {
  readonly pid: number
  readonly startTicks: number
  readonly status: ExitStatus
}

export class Keeper extends Context.Service<
  Keeper,
  {
    readonly met: Met
    /** Opens FIFOs for reading, in the keeper, and waits until it has; a second at most. Gives those that could not be. */
    readonly hold: (paths: ReadonlyArray<string>) => Effect.Effect<ReadonlyArray<string>>
    /** Lets go of FIFOs: with others, within 10 ms. */
    readonly drop: (paths: ReadonlyArray<string>) => Effect.Effect<void>
    /** Lets go of all but these. */
    readonly keepOnly: (paths: ReadonlyArray<string>) => Effect.Effect<void>
    /** Keeps a copy of the facts of one process life; the latest text of a spawn id counts. One line. */
    readonly mirror: (spawnId: string, text: string) => Effect.Effect<void>
    /** The same of what is on record already: with others, within 10 ms. */
    readonly mirrorSoon: (spawnId: string, text: string) => Effect.Effect<void>
    readonly forget: (spawnId: string) => Effect.Effect<void>
    /** The same of a life whose end is on record: with others, within 10 ms. */
    readonly forgetSoon: (spawnId: string) => Effect.Effect<void>
    /**
     * Runs `take` for each exit of an orphan that waits now, one after the other; the kernel keeps each until its `take` has
     * returned. Resolves when none waits.
     */
    readonly collect: (take: (exit: OrphanExit) => Effect.Effect<void>) => Effect.Effect<void>
    /** The same for those that come later, for ever. To be called after `collect`. */
    readonly hear: (take: (exit: OrphanExit) => Effect.Effect<void>) => Effect.Effect<never>
    /** Gives the keeper a copy of a listening socket, for the daemons to come. An errno's name where it could not. */
    readonly listen: (name: string, fd: number) => Effect.Effect<string | null>
    /** Waits until it has let go, a second at most: until then nobody else can listen there. */
    readonly unlisten: (name: string) => Effect.Effect<void>
    /** Resolves when the keeper is gone; never where there was none. */
    readonly lost: Effect.Effect<void>
    /** False: there is none (any more). */
    readonly present: () => boolean
  }
>()("reeve/os/Keeper") {}
