/** What changes of groups work with. */
import type { GroupRegister } from "../../config/GroupRegister.ts"
import type { Events } from "../../events/Events.ts"
import type { Listeners } from "../../events/Listeners.ts"
import type { Reconciler } from "../../reconcile/Reconciler.ts"
import type { Supervisor } from "../../supervise/Supervisor.ts"

export interface Places {
  readonly register: GroupRegister["Service"]
  readonly reconciler: Reconciler["Service"]
  readonly supervisor: Supervisor["Service"]
  readonly events: Events["Service"]
  readonly listeners: Listeners["Service"]
}
