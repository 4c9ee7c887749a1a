/** The daemon itself. */
import * as Effect from "effect/Effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import { Reconciler } from "../../reconcile/Reconciler.ts"
import { ReeveApi } from "../contract.ts"
import { DaemonControl } from "../DaemonControl.ts"

export const DaemonLive = HttpApiBuilder.group(ReeveApi, "daemon", (handlers) =>
  handlers
    .handle("info", () => DaemonControl.use((control) => control.info))
    .handle("shutdown", ({ payload }) =>
      DaemonControl.use((control) =>
        payload.leave === true ? control.leave(payload.who) : control.shutdown(payload.who)
      )
    )
    .handle("upgrade", ({ payload }) =>
      DaemonControl.use((control) => control.upgrade(payload.who, payload.daemon))
    )
    .handle("renewKeeper", ({ payload }) =>
      DaemonControl.use((control) => control.renewKeeper(payload.who, payload.keeper)).pipe(
        Effect.map((version) => ({ version }))
      )
    )
    .handle("poke", () => Reconciler.use((reconciler) => reconciler.poke))
    .handle("reopenLogs", () => DaemonControl.use((control) => control.reopenLogs))
)
