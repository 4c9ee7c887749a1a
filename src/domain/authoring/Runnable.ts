/** What any of the define… functions for programs was given, once checked: one shape, from which definitions are made. */
import type { EventType } from "../ListenerEvent.ts"
import type { SocketChecked } from "./FastCgiSchema.ts"
import type { ProgramChecked } from "./ProgramSchema.ts"
import type { TaskPolicy } from "./TaskSchema.ts"

export interface Runnable extends ProgramChecked {
  /** Of a listener alone. */
  readonly events?: ReadonlyArray<EventType>
  /** Of a listener alone. */
  readonly bufferSize?: number
  /** Of a task alone, and of each. */
  readonly task?: TaskPolicy
  /** Of a FastCGI program alone. */
  readonly socket?: SocketChecked
}
