/** One probe of one process life: looks, tells the instance's actor what was seen, and waits. Never two looks at once. */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Random from "effect/Random"
import { firstLookMs, nextLookMs } from "../../core/nextLookMs.ts"
import { formatDuration } from "../../domain/Duration.ts"
import type { Look } from "../../domain/Probe.ts"
import type { Seen } from "../../os/probe/Seen.ts"
import type { Instance } from "../Instance.ts"
import type { Workshop } from "../Workshop.ts"
import type { ProbeSlot } from "./Probing.ts"

/** Until it is interrupted. */
export const keepLooking = Effect.fnUntraced(function* (
  shop: Workshop,
  instance: Instance,
  slot: ProbeSlot,
  probe: Look
) {
  const known = slot.which === "liveness" || instance.ready?.ok === true
  let looks = known ? null : 0
  yield* Effect.sleep(firstLookMs(probe, instance.spec.key, known))
  for (;;) {
    const begun = shop.monotonicNow()
    const seen = yield* lookOnce(shop, instance, slot, probe)
    const tookMs = Math.round(shop.monotonicNow() - begun)
    const result = { ...seen, at: shop.wallNow(), tookMs }
    yield* instance.mailbox.offer({ kind: "seen", slot, result })
    if (looks !== null) looks = seen.ok ? null : looks + 1
    yield* Effect.sleep(nextLookMs(probe, looks, yield* Random.next))
  }
})

/** What takes too long is cut off; a mistake of reeve's own is a failure of the look, not of the process's actor. */
const lookOnce = (
  shop: Workshop,
  instance: Instance,
  { spawnId }: ProbeSlot,
  probe: Look
): Effect.Effect<Seen> =>
  shop.prober.look({ spec: instance.spec, spawnId, probe, serverUrl: shop.serverUrl }).pipe(
    Effect.timeoutOption(probe.timeoutMs),
    Effect.map(Option.getOrElse(() => ({ ok: false, text: lateText(probe) }))),
    Effect.catchDefect((defect) =>
      Effect.succeed({ ok: false, text: `an error inside reeve: ${String(defect)}` })
    )
  )

const lateText = (probe: Look): string => {
  const within = `within ${formatDuration(probe.timeoutMs)}`
  switch (probe.kind) {
    case "http":
      return `no answer ${within} from ${probe.url.replace(/[?#].*$/, "")}`
    case "tcp":
      return `no connection ${within} to ${probe.address}`
    case "exec":
      return `no end ${within}`
  }
}
