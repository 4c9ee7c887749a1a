/** The reading half of the store, for commands that run without a daemon. It never creates or writes a file. */
import * as Context from "effect/Context"
import type { Store } from "./Store.ts"

type Parts = Store["Service"]

export class StoreReader extends Context.Service<
  StoreReader,
  {
    /** False: nothing was ever run here, and everything below is empty. */
    readonly present: boolean
    readonly generations: Pick<Parts["generations"], "list" | "get" | "latest">
    readonly journal: Pick<Parts["journal"], "list" | "tail">
    readonly overrides: Pick<Parts["overrides"], "list" | "scales" | "pin">
    readonly completions: Pick<Parts["completions"], "list">
    readonly instances: Pick<Parts["instances"], "list">
    readonly processes: Pick<Parts["processes"], "live" | "sources">
  }
>()("reeve/store/StoreReader") {}
