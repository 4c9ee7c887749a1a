import type { Dependencies, Dependency } from "../../domain/Dependency.ts"

/** A dependency as people write it: the condition alone where nothing else differs from its default; null: there is none. */
export const dependencyInput = (
  dependencies: Dependencies,
  name: string
): string | Partial<Dependency> | null => {
  const found = Object.hasOwn(dependencies, name) ? dependencies[name] : undefined
  if (found === undefined) return null
  const { onLoss, optional, when } = found
  if (!optional && onLoss === "keep") return when
  return {
    when,
    ...(optional ? { optional } : {}),
    ...(onLoss === "keep" ? {} : { onLoss })
  }
}
