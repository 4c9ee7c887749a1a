/** The daemon itself. */
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import { Reconciler } from "../../reconcile/Reconciler.ts"
import { ReeveApi } from "../contract.ts"
import { DaemonControl } from "../DaemonControl.ts"

export const DaemonLive = HttpApiBuilder.group(ReeveApi, "daemon", (handlers) =>
  handlers
    .handle("info", () => DaemonControl.use((control) => control.info))
    .handle("shutdown", ({ payload }) =>
      DaemonControl.use((control) => control.shutdown(payload.who))
    )
    .handle("poke", () => Reconciler.use((reconciler) => reconciler.poke))
    .handle("reopenLogs", () => DaemonControl.use((control) => control.reopenLogs))
)
