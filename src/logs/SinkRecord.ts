/** What the main side knows of a sink: enough to give it to another worker at any moment. */

import type { TextPattern } from "../domain/Probe.ts"
import type { SinkId } from "./LogPlane.ts"
import type { SinkSettings } from "./Message.ts"
import type { PlaneWorker } from "./PlaneWorker.ts"

export interface SinkRecord {
  readonly number: number
  id: SinkId
  /** As last accepted by a worker. */
  settings: SinkSettings
  worker: PlaneWorker
  dropped: boolean
  /** The worker could not take it over yet. */
  homeless: boolean
  readonly streams: Map<string, StreamRecord>
}

export interface StreamRecord {
  readonly fifo: string
  readonly otherwise: string | null
  released: boolean
  /** The line that is looked for; null: none (any more). */
  watch: TextPattern | null
}
