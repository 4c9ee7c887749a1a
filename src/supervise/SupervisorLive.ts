/**
 * The Supervisor: a table of instances, an actor for each, one ear for all exits. Everything that changes an instance runs in
 * its actor; this file only finds the actor, hands over, and waits for answers.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Scope from "effect/Scope"
import { compareInstances } from "../core/shutdownOrder.ts"
import type { ActualInstance } from "../domain/Actual.ts"
import type { InstanceKey } from "../domain/Instance.ts"
import { takeOver } from "./adopt/takeOver.ts"
import { unclaimedOf } from "./adopt/unclaimed.ts"
import { commandsOf } from "./commands.ts"
import { forgetEnded } from "./forgetEnded.ts"
import { hearNotices } from "./health/hearNotices.ts"
import { hearExits } from "./hearExits.ts"
import { hearLogs } from "./hearLogs.ts"
import { toActual } from "./Instance.ts"
import { keepAlive } from "./keepAlive.ts"
import { leaveOf } from "./leave.ts"
import { watchMemory } from "./memory/watchMemory.ts"
import { makePeek } from "./peek.ts"
import { Supervisor } from "./Supervisor.ts"
import { shutdownOf } from "./shutdown.ts"
import { sinkPath } from "./sinks.ts"
import { stdinWriterOf } from "./stdinWriter.ts"
import { makeTable } from "./Table.ts"
import { turnsByHand } from "./turnsByHand.ts"
import { makeWorkshop, type SupervisorOptions } from "./Workshop.ts"
import { wakeWaiting } from "./wakeWaiting.ts"

export const supervisorLive = (options: SupervisorOptions) =>
  Layer.effect(
    Supervisor,
    Effect.gen(function* () {
      const shop = yield* makeWorkshop(options)
      const scope = yield* Scope.Scope
      const table = yield* makeTable(shop, scope)
      yield* keepAlive("waking what waits", wakeWaiting(shop.dependents))
      // Before the pipes are read on: their ends are news.
      yield* keepAlive("hearing of output", hearLogs(shop, table.instances))
      const adoption = yield* takeOver(shop, table)
      yield* keepAlive("hearing notices", hearNotices(shop))
      yield* keepAlive("hearing exits", shop.reaper.run(hearExits(shop)))
      yield* keepAlive("looking at memory", watchMemory(shop))
      return {
        adoption,
        unclaimed: Effect.sync(() => unclaimedOf(shop)),
        add: table.add,
        ...commandsOf(shop, table),
        ...stdinWriterOf(shop, table, scope),
        snapshot: Effect.andThen(
          forgetEnded(shop, table.instances),
          Effect.sync(() => [...table.instances.values()].map(toActual).sort(bySpec))
        ),
        peek: makePeek(table.instances),
        logPath: (spec, channel) => sinkPath(shop, spec, channel),
        ...turnsByHand(table),
        get: (key: InstanceKey) => Effect.map(table.find(key), toActual),
        shutdown: yield* shutdownOf(shop, table),
        leave: leaveOf(shop)
      }
    })
  )

const bySpec = (a: ActualInstance, b: ActualInstance): number => compareInstances(a.spec, b.spec)
