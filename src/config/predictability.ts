/**
 * Finds programs that changed although none of their sources did: they depend on a clock, on chance, or on something
 * that reeve does not see, and would drift for ever (design 6.2). Pure; the caller keeps the memory of the last load.
 */
import type { Program } from "../domain/Desired.ts"

export interface Remembered {
  readonly stamps: ReadonlyMap<string, string>
  /** Revisions by instance key. */
  readonly revisions: ReadonlyMap<string, string>
}

export interface EvaluatedSources {
  readonly stamps: ReadonlyArray<readonly [string, string]>
  readonly imports: ReadonlyArray<readonly [string, string]>
  readonly objects: ReadonlyArray<{
    readonly entry: string
    readonly source: { readonly file: string; readonly line: number; readonly column: number }
  }>
}

export const remember = (
  programs: ReadonlyArray<Program>,
  { stamps }: EvaluatedSources
): Remembered => ({
  stamps: new Map(stamps),
  revisions: new Map(
    programs.flatMap(({ instances }) =>
      instances.map(({ key, revision }) => [key, revision] as const)
    )
  )
})

/** The programs at fault. A file that is new, or was not read last time, counts as changed. */
export const unpredictable = (
  programs: ReadonlyArray<Program>,
  sources: EvaluatedSources,
  last: Remembered
): ReadonlyArray<Program> => {
  const stamps = new Map(sources.stamps)
  const reach = reachability(sources.imports)
  const entries = entriesBySource(sources)
  const touched = (file: string) => stamps.get(file) !== last.stamps.get(file)
  return programs.filter((program) => {
    if (program.origin !== "typescript" || !changed(program, last)) return false
    const starts = entries.get(placeOf(program.source)) ?? [program.source.file]
    return ![...starts].some((entry) => [...reach(entry)].some(touched))
  })
}

const changed = ({ instances }: Program, { revisions }: Remembered): boolean =>
  instances.some(({ key, revision }) => {
    const before = revisions.get(key)
    return before !== undefined && before !== revision
  })

const placeOf = ({ file, line, column }: EvaluatedSources["objects"][number]["source"]): string =>
  `${file}:${line}:${column}`

/** A call in a helper may define programs of several entries: all of them count as sources. */
const entriesBySource = ({
  objects
}: EvaluatedSources): ReadonlyMap<string, ReadonlySet<string>> => {
  const entries = new Map<string, Set<string>>()
  for (const { entry, source } of objects) {
    const place = placeOf(source)
    const known = entries.get(place)
    if (known === undefined) entries.set(place, new Set([entry, source.file]))
    else known.add(entry)
  }
  return entries
}

/** All files that a file imports, itself included. */
const reachability = (imports: EvaluatedSources["imports"]) => {
  const targets = new Map<string, Array<string>>()
  for (const [from, to] of imports) {
    const known = targets.get(from)
    if (known === undefined) targets.set(from, [to])
    else known.push(to)
  }
  const known = new Map<string, ReadonlySet<string>>()
  return (entry: string): ReadonlySet<string> => {
    const before = known.get(entry)
    if (before !== undefined) return before
    const reached = new Set([entry])
    for (const file of reached) for (const to of targets.get(file) ?? []) reached.add(to)
    known.set(entry, reached)
    return reached
  }
}
