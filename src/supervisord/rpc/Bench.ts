/** What the methods work with. One per daemon. */
import type * as Scope from "effect/Scope"
import type { GroupRegister } from "../../config/GroupRegister.ts"
import type { XmlRpcValue } from "../../core/xmlrpc/XmlRpcValue.ts"
import type { ActualInstance } from "../../domain/Actual.ts"
import type { Listeners } from "../../events/Listeners.ts"
import type { LogPlane } from "../../logs/LogPlane.ts"
import type { Users } from "../../os/Users.ts"
import type { Hands } from "../../reconcile/byHand/Hands.ts"
import type { Launcher } from "../../supervise/Launcher.ts"
import type { Configuration } from "../Configuration.ts"
import type { SupervisordControl } from "../SupervisordControl.ts"
import type { Processes } from "./processes.ts"

export interface Bench {
  readonly hands: Hands
  readonly processes: Processes
  /** Of the supervisor's snapshot and the time in whole seconds. */
  readonly allProcessInfo: (instances: ReadonlyArray<ActualInstance>, now: number) => XmlRpcValue
  readonly configuration: Configuration["Service"]
  readonly register: GroupRegister["Service"]
  readonly control: SupervisordControl["Service"]
  readonly launcher: Launcher["Service"]
  readonly listeners: Listeners["Service"]
  readonly logs: LogPlane["Service"]
  readonly users: Users["Service"]
  /** Of the daemon: what is begun for a client ends with it, not with the client. */
  readonly scope: Scope.Scope
  /** Wall clock, milliseconds. */
  readonly now: () => number
}

/** Recorded with what clients do. */
export const who = "supervisorctl"
