/** What a process tells of itself comes by: made before its start, taken over from an earlier daemon, closed at its end. */
import * as Effect from "effect/Effect"
import { noticeNeeds } from "../../core/noticeNeeds.ts"
import type { Instance } from "../Instance.ts"
import type { Launch } from "../Launcher.ts"
import { say } from "../say.ts"
import type { Workshop } from "../Workshop.ts"

/** Gives what its environment says of it. */
export const openNotices = Effect.fnUntraced(function* (
  shop: Workshop,
  instance: Instance,
  { request }: Launch,
  readyPipe: string | null
) {
  const { credentials, spawnId } = request
  const { socket, watchdogMs } = noticeNeeds(instance.spec.definition)
  const variables: Array<readonly [string, string]> = []
  if (!socket && readyPipe === null) return variables
  shop.noticeOwners.set(spawnId, instance)
  if (readyPipe !== null) yield* shop.notices.watch(spawnId, readyPipe)
  if (socket) variables.push(["NOTIFY_SOCKET", yield* shop.notices.open(spawnId, credentials)])
  if (watchdogMs !== null) variables.push(["WATCHDOG_USEC", String(watchdogMs * 1_000)])
  return variables
})

/** A process of an earlier daemon goes on telling where it did. */
export const takeNotices = Effect.fnUntraced(function* (shop: Workshop, instance: Instance) {
  const { machine, openAs, process, readyPipe, started } = instance
  if (process === null || started === null) return
  const { spawnId } = process
  const { socket } = noticeNeeds(started.definition)
  const pipe = machine.proven ? null : readyPipe
  if (!socket && pipe === null) return
  shop.noticeOwners.set(spawnId, instance)
  const opened = socket ? Effect.asVoid(shop.notices.open(spawnId, openAs)) : Effect.void
  const watched =
    pipe === null ? Effect.void : shop.notices.watch(spawnId, pipe, shop.keeper.met.held.get(pipe))
  yield* Effect.andThen(opened, watched).pipe(
    Effect.catchTag("NoticeFailure", ({ text }) =>
      say(instance, {
        level: "warn",
        text: `${instance.spec.address} cannot be heard any more until its next start: ${text}`
      })
    )
  )
})

export const closeNotices = (shop: Workshop, spawnId: string): Effect.Effect<void> =>
  Effect.suspend(() => {
    if (!shop.noticeOwners.delete(spawnId)) return Effect.void
    shop.heardNotices.delete(spawnId)
    return shop.notices.close(spawnId)
  })
