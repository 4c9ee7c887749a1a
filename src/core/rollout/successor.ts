/** The new process of an instance beside the one that runs (`update.strategy` "overlap"): what it means for plans and updates. */
import type { ActualInstance, Successor } from "../../domain/Actual.ts"
import type { InstanceSpec } from "../../domain/Instance.ts"
import type { Cause } from "../../domain/Plan.ts"
import { socketsOverlap } from "../socketsOverlap.ts"
import { socketUrl } from "../socketUrl.ts"

type Wanted = Pick<InstanceSpec, "revision">

/** The one that comes up with what is wanted: there is nothing to do but to wait for it. Null: there is none. */
export const comingUp = ({ successor }: ActualInstance, { revision }: Wanted): Successor | null =>
  successor !== null &&
  successor.failed === null &&
  !successor.outdated &&
  successor.revision === revision
    ? successor
    : null

/** Why the last one with what is wanted came to nothing; null: none did. */
export const failedText = ({ successor }: ActualInstance, { revision }: Wanted): string | null =>
  successor === null || successor.failed === null || successor.revision !== revision
    ? null
    : `its new process failed: ${successor.failed}`

export const comingText = ({ pid }: Successor): string =>
  `waits for its new process${pid === null ? "" : `, pid ${pid},`} to be ready`

/**
 * Whether a restart is to be one with overlap. What runs has to be prepared for that: a definition under which it is restarted
 * may listen where the new one has `sockets`. Who follows a dependency is down with it, or has seen the old one.
 */
export const overlaps = (
  spec: InstanceSpec,
  before: Pick<ActualInstance, "process" | "spec" | "state">,
  { kind }: Pick<Cause, "kind">
): boolean =>
  kind !== "dependency" &&
  before.process !== null &&
  before.state === "RUNNING" &&
  [spec, before.spec].every(({ definition }) => definition.update.strategy === "overlap")

/**
 * Whether sockets of the new definition cannot be opened while those of what runs are: another address of the same place. The
 * same address is no other socket.
 */
export const isInTheWay = (
  { definition }: Pick<InstanceSpec, "definition">,
  { spec, started }: Pick<ActualInstance, "spec" | "started">
): boolean => {
  const before = (started ?? spec).definition.sockets
  return definition.sockets.some(({ at }) =>
    before.some((own) => socketsOverlap(own.at, at) && socketUrl(own.at) !== socketUrl(at))
  )
}
