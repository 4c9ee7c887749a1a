import * as Effect from "effect/Effect"
import type { InstanceKey } from "../domain/Instance.ts"
import type { Workplace } from "./Workplace.ts"

/** What failed to take the place of what runs is tried once more by another apply. */
export const tryAgain = (
  { supervisor }: Workplace,
  isMeant: (key: InstanceKey) => boolean
): Effect.Effect<void> => {
  const failed = supervisor
    .peek()
    .filter(({ spec, successor }) => isMeant(spec.key) && (successor?.failed ?? null) !== null)
  return Effect.forEach(failed, ({ spec }) => Effect.ignore(supervisor.withdraw(spec.key)), {
    discard: true
  })
}
