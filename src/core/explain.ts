/** What `reeve explain` prints of a field, and the tables of the README: all of it from the schemas. */
import { didYouMean } from "./didYouMean.ts"
import { type ExplainedField, explainedFields } from "./explainedFields.ts"

export type Explanation =
  /** `parts`: the fields of a section. */
  | {
      readonly kind: "field"
      readonly field: ExplainedField
      readonly parts: ReadonlyArray<ExplainedField>
    }
  /** Several fields end in this name, or it is a key of supervisord that became several. */
  | { readonly kind: "several"; readonly fields: ReadonlyArray<ExplainedField> }
  | { readonly kind: "unknown"; readonly suggestions: ReadonlyArray<string> }

/** `asked`: a path (`stop.timeout`), the end of one (`timeout`), or a key of supervisord (`stopwaitsecs`). */
export const explainField = (asked: string): Explanation => {
  const fields = explainedFields()
  const exact = fields.find((field) => field.path === asked) ?? memberOf(asked)
  if (exact !== undefined) {
    return {
      kind: "field",
      field: exact,
      parts: fields.filter((field) => field.path.startsWith(`${exact.path}.`))
    }
  }
  const found = fields.filter(
    (field) => field.path.endsWith(`.${asked}`) || field.supervisord.includes(asked.toLowerCase())
  )
  const [only, ...others] = found
  if (only === undefined) return { kind: "unknown", suggestions: suggestionsFor(asked) }
  return others.length === 0 ? explainField(only.path) : { kind: "several", fields: found }
}

/** A variable of the environment is explained by the environment, a dependency by all of them. */
const memberOf = (asked: string): ExplainedField | undefined => {
  const [record, , ...parts] = asked.split(".")
  const path = [record, ...(parts.length === 0 ? [] : ["*"]), ...parts].join(".")
  if (record === "environment") return explainedFields().find((field) => field.path === record)
  if (record !== "dependsOn" && record !== "sockets") return undefined
  return explainedFields().find((field) => field.path === path)
}

const suggestionsFor = (asked: string): ReadonlyArray<string> => {
  const fields = explainedFields()
  const paths = didYouMean(
    asked,
    fields.map((field) => field.path)
  )
  if (paths.length > 0) return paths
  const ends = new Map<string, string>()
  for (const field of fields) {
    for (const name of [field.path.split(".").at(-1) ?? "", ...field.supervisord]) {
      if (!ends.has(name)) ends.set(name, field.path)
    }
  }
  return didYouMean(asked, ends.keys()).flatMap((name) => ends.get(name) ?? [])
}

/** A markdown table of all fields. */
export const fieldTable = (): string =>
  table(
    ["field", "type", "default", "a change is applied", "meaning"],
    explainedFields().map((field) => [
      code(field.path),
      field.type,
      field.default ?? "required",
      field.class,
      field.doc
    ])
  )

/** A markdown table from supervisord's keys to reeve's fields. */
export const supervisordTable = (): string =>
  table(
    ["supervisord", "reeve"],
    explainedFields().flatMap((field) =>
      field.supervisord.map((key) => [code(`${sectionOf(field)} ${key}`), code(field.path)])
    )
  )

const sectionOf = (field: ExplainedField): string => {
  if (field.path.startsWith("group.")) return "[group:x]"
  if (field.path.startsWith("listener.")) return "[eventlistener:x]"
  if (field.path.startsWith("fastCgi.")) return "[fcgi-program:x]"
  if (field.path.startsWith("supervisor.") || field.supervisord.includes("strip_ansi")) {
    return "[supervisord]"
  }
  return "[program:x]"
}

const code = (text: string): string => `\`${text}\``

const table = (head: ReadonlyArray<string>, rows: ReadonlyArray<ReadonlyArray<string>>): string =>
  [head, head.map(() => "---"), ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`)
    .join("\n")
