import type { PerInstanceChecked } from "../domain/authoring/ProgramSchema.ts"
import type { Runnable } from "../domain/authoring/Runnable.ts"

/** A program with what one instance has of its own: sections are merged name by name, all else is replaced. */
export const mergeInstance = (program: Runnable, own: PerInstanceChecked): Runnable => ({
  ...program,
  ...own,
  ...both("environment", program.environment, own.environment),
  ...both("start", program.start, own.start),
  ...both("restart", program.restart, own.restart),
  ...both("stop", program.stop, own.stop),
  ...both("hooks", program.hooks, own.hooks),
  ...both("reload", program.reload, own.reload),
  ...both("limits", program.limits, own.limits),
  ...mergeLogs(program.logs, own.logs)
})

const both = <Key extends string, Section extends object>(
  key: Key,
  base: Section | undefined,
  own: Section | undefined
): { readonly [K in Key]?: Section } => {
  if (base === undefined || own === undefined) return {}
  const merged: { [K in Key]?: Section } = {}
  // A spread copies `__proto__` as a name like any other.
  merged[key] = { ...base, ...own }
  return merged
}

type Logs = Runnable["logs"]

const mergeLogs = (base: Logs, own: Logs): Pick<Runnable, "logs"> => {
  if (base === undefined || own === undefined) return {}
  const stderr =
    typeof base.stderr === "object" && typeof own.stderr === "object"
      ? { stderr: { ...base.stderr, ...own.stderr } }
      : {}
  return { logs: { ...base, ...own, ...both("stdout", base.stdout, own.stdout), ...stderr } }
}
