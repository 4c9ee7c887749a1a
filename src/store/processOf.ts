import type { Process } from "../domain/State.ts"
import type { ProcessRecord } from "./Store.ts"

/** The process of a record, without whose it is. */
export const processOf = ({
  address: _,
  instance: __,
  spawnedMs: ___,
  ...process
}: ProcessRecord): Process => process
