/** What people do by hand. Stop and start by hand are overrides: visible, owned, outranking the files until released. */
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import type * as Effect from "effect/Effect"
import type { Address } from "../domain/Instance.ts"
import type { Terms } from "../domain/Terms.ts"

/** A name that is no instance, program or group; `suggestions` are near names. */
export class NoSuchName extends Data.TaggedError("NoSuchName")<{
  readonly name: string
  readonly suggestions: ReadonlyArray<string>
}> {}

/** `outcome`: "done", "already" (nothing to do: exit 0), "failed". */
export interface Row {
  readonly address: Address
  readonly outcome: "done" | "already" | "failed"
  readonly text: string
}

/**
 * Targets: an address (`web`, `web:0`, `group:web`), a program or group name (all its instances), `GROUP:*`, or `all`. All names
 * are resolved before anything is done: one unknown name, and nothing is touched. Terms are none when they are left out; those
 * given before do not go on.
 */
export class Operator extends Context.Service<
  Operator,
  {
    readonly start: (
      targets: ReadonlyArray<string>,
      who: string,
      wait: boolean,
      terms?: Terms
    ) => Effect.Effect<ReadonlyArray<Row>, NoSuchName>
    readonly stop: (
      targets: ReadonlyArray<string>,
      who: string,
      terms?: Terms
    ) => Effect.Effect<ReadonlyArray<Row>, NoSuchName>
    readonly restart: (
      targets: ReadonlyArray<string>,
      who: string,
      wait: boolean
    ) => Effect.Effect<ReadonlyArray<Row>, NoSuchName>
    readonly signal: (
      signal: string,
      targets: ReadonlyArray<string>,
      scope: "process" | "group",
      who: string
    ) => Effect.Effect<ReadonlyArray<Row>, NoSuchName>
    /** The signal of their program's `reload`; one that declares none is told so in its row. */
    readonly reload: (
      targets: ReadonlyArray<string>,
      who: string
    ) => Effect.Effect<ReadonlyArray<Row>, NoSuchName>
    /** A TypeScript program's number of instances, until released; then the reconciler applies it. */
    readonly scale: (
      program: string,
      instances: number,
      who: string,
      terms?: Terms
    ) => Effect.Effect<ReadonlyArray<Row>, NoSuchName>
    /** Ends overrides (stop, start, scale); the reconciler then applies what the files say. */
    readonly release: (
      targets: ReadonlyArray<string>,
      who: string
    ) => Effect.Effect<ReadonlyArray<Row>, NoSuchName>
  }
>()("reeve/reconcile/Operator") {}
