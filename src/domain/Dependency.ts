/** What a program needs of another one before it is started, and what becomes of it when that goes away. */
import * as Schema from "effect/Schema"

/**
 * "started": it has a process. "ready": its probe says so, or it is RUNNING where it has none. "completed": it ran to its end
 * with an expected exit code. Each holds for a program when it holds for all of its instances.
 */
export const Condition = Schema.Literals(["started", "ready", "completed"])
export type Condition = typeof Condition.Type

/**
 * What happens to a program that runs while its dependency gets a new process or loses the one it has. "restart": it gets a new
 * process as well, one instance after the other, once the condition holds again. "stop": it is stopped, and started when the
 * condition holds again.
 */
export const OnLoss = Schema.Literals(["keep", "restart", "stop"])
export type OnLoss = typeof OnLoss.Type

export const Dependency = Schema.Struct({
  when: Condition,
  /** A dependency that is not declared, or is down, is not waited for. */
  optional: Schema.Boolean,
  onLoss: OnLoss
})
export type Dependency = typeof Dependency.Type

/** By the name as it was written: a program, or a group, whose programs are all meant. */
export const Dependencies = Schema.Record(Schema.String, Dependency)
export type Dependencies = typeof Dependencies.Type

/** A condition that does not hold: whom is waited for. */
export const Awaited = Schema.Struct({ program: Schema.String, when: Condition })
export type Awaited = typeof Awaited.Type
