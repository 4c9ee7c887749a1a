/** Programs that need each other, in few words, and what may have become of them. */
import type { Actual, ActualInstance, Override } from "../../../src/domain/Actual.ts"
import type { DependencyChecked } from "../../../src/domain/authoring/DependencySchema.ts"
import type { Definition } from "../../../src/domain/Definition.ts"
import type { OnLoss } from "../../../src/domain/Dependency.ts"
import type { Desired, Program } from "../../../src/domain/Desired.ts"
import { instanceKey } from "../../../src/domain/Instance.ts"
import { noTerms } from "../../../src/domain/Terms.ts"
import { needs } from "../dependency/dependencyOf.ts"
import { allRunning, declare, definition, type ProgramParts, program, where } from "./world.ts"

type Given = Readonly<Record<string, DependencyChecked>>

export const one = (
  name: string,
  given: Given = {},
  parts: Partial<ProgramParts> & { readonly changes?: Partial<Definition> } = {}
): Program => program({ name, ...parts, definition: { dependsOn: needs(given), ...parts.changes } })

export const idle = { changes: { start: { ...definition.start, auto: false } } }
export const once = { restart: { ...definition.restart, when: "never" } } as const
export const command = ["sleep", "2000"]
export const done: Partial<ActualInstance> = {
  state: "EXITED",
  process: null,
  reason: { kind: "exited", status: { kind: "code", code: 0 }, expected: true },
  exit: { kind: "code", code: 0 },
  stoppedAt: 9
}
export const fatal: Partial<ActualInstance> = {
  state: "FATAL",
  process: null,
  reason: { kind: "gaveUp", text: "too quick", attempts: 4 }
}
export const held = (name: string, kind: Override["kind"]): Override => ({
  key: instanceKey(name, name, 0),
  kind,
  who: "ann",
  at: 5,
  ...noTerms
})

export const text = (...all: ReadonlyArray<string>) => all.join("\n")
export const commandField = `command ["sleep", "1000"] -> ["sleep", "2000"] (restart)`

export const shop = (onLoss: OnLoss, changes: Partial<Definition> = {}): Desired =>
  declare(
    one("db", {}, { changes }),
    one("migrate", { db: "ready" }, { changes: once, line: 4 }),
    one("api", { db: { onLoss }, migrate: "completed" }, { instances: 3, line: 9 }),
    one("gateway", { api: "ready" }, { line: 15 })
  )
export const up = (desired: Desired): Actual => where(allRunning(desired), "migrate", done)
