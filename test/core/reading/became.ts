/** What may have become of an instance, so many minutes before a plan is read. */
import type { ActualInstance } from "../../../src/domain/Actual.ts"
import { instanceKey } from "../../../src/domain/Instance.ts"
import { noTerms } from "../../../src/domain/Terms.ts"

const minute = 60_000
/** The moment at which the plans are read. */
export const now = 600 * minute
export const ago = (minutes: number) => now - minutes * minute

export const completed = (minutes: number): Partial<ActualInstance> => {
  const exit = { kind: "code", code: 0 } as const
  const reason = { kind: "exited", status: exit, expected: true } as const
  return { state: "EXITED", process: null, reason, exit, stoppedAt: ago(minutes) }
}

export const failedTask = (minutes: number, text: string): Partial<ActualInstance> => ({
  state: "FATAL",
  process: null,
  reason: { kind: "gaveUp", text, attempts: 1 },
  since: ago(minutes)
})

export const stoppedBy = (
  name: string,
  who: string,
  minutes: number,
  reason: string | null = null
): Partial<ActualInstance> => {
  const override = { key: instanceKey(name, name, 0), kind: "stopped", who } as const
  return {
    state: "STOPPED",
    process: null,
    reason: { kind: "operator", who },
    override: { ...override, at: ago(minutes), ...noTerms, reason }
  }
}
