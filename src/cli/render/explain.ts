/** What `reeve explain` prints. */
import type { ExplainedField } from "../../core/explainedFields.ts"
import { columns } from "./columns.ts"
import type { Style } from "./style.ts"

export const renderFieldList = (fields: ReadonlyArray<ExplainedField>, style: Style): string =>
  columns(
    fields.map((field) => [
      { text: field.path, paint: style.bold },
      { text: field.class, paint: style.dim },
      { text: field.doc.split(". ")[0] ?? "" }
    ])
  ).join("\n")

export const renderField = (
  field: ExplainedField,
  parts: ReadonlyArray<ExplainedField>,
  style: Style
): string => {
  const rows: ReadonlyArray<readonly [string, string]> = [
    ["type", field.type],
    ["default", field.default ?? "required"],
    ["a change", changeText[field.class]],
    ["supervisord", field.supervisord.join(", ")]
  ]
  return [
    style.bold(field.path),
    `  ${field.doc}`,
    ...columns(
      rows
        .filter(([, text]) => text !== "")
        .map(([head, text]) => [{ text: `  ${head}`, paint: style.dim }, { text }])
    ),
    ...(parts.length === 0 ? [] : ["", renderFieldList(parts, style)])
  ].join("\n")
}

const changeText: Readonly<Record<ExplainedField["class"], string>> = {
  none: "changes nothing that runs",
  "by field": "depends on the part",
  live: "takes effect at once, without a restart",
  signal: "takes effect by a signal",
  restart: "restarts the program",
  replace: "replaces the instance"
}
