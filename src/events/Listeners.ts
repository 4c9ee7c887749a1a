/**
 * Event listeners (supervisord.md 6): pools of programs that get events on stdin and answer on stdout. State changes and groups
 * reach them from Events; what is not journaled (ticks, output, remote communication) comes by `notify`.
 */
import * as Context from "effect/Context"
import type { ListenerEvent } from "../domain/ListenerEvent.ts"

export class Listeners extends Context.Service<
  Listeners,
  {
    /** Queues the event in each pool that subscribes to it; synchronous and cheap, also when no pool does. */
    readonly notify: (event: ListenerEvent) => void
  }
>()("reeve/events/Listeners") {}
