/**
 * Event listeners (supervisord.md 6): pools of programs that get events on stdin and answer on stdout. State changes and groups
 * reach them from Events; what is not journaled (ticks, output, remote communication) comes by `notify`.
 */
import * as Context from "effect/Context"
import type { Phase } from "../core/listener/protocol.ts"
import type { InstanceKey, InstanceSpec } from "../domain/Instance.ts"
import type { ListenerEvent } from "../domain/ListenerEvent.ts"

export class Listeners extends Context.Service<
  Listeners,
  {
    /** Queues the event in each pool that subscribes to it; synchronous and cheap, also when no pool does. */
    readonly notify: (event: ListenerEvent) => void
    /**
     * Listeners that will be added: their pool exists, and keeps events, from the "group added" event of their group on, before
     * there is an instance. To be called with all specifications at boot, and with those of a group before that is added;
     * other programs among them are passed over. Without it a pool exists from its first "added" event on.
     *
     * The order of supervisord (6.1): `declare`; then for each group by priority Events.emit "group added"; then "supervisor
     * running"; then the programs are started.
     */
    readonly declare: (specs: ReadonlyArray<InstanceSpec>) => void
    /** Where a listener's running process stands in the protocol; null: no listener, or it does not run. */
    readonly phaseOf: (key: InstanceKey) => Phase | null
  }
>()("reeve/events/Listeners") {}
