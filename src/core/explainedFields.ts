/**
 * Every field that a program file may have, with its facts, read from the schemas. Paths are as authors write them;
 * what belongs to one kind of definition begins with it (`group.`, `supervisor.`, `task.`, `listener.`, `fastCgi.`).
 */
import * as Schema from "effect/Schema"
import type * as SchemaAST from "effect/SchemaAST"
import { fastCgiFields } from "../domain/authoring/FastCgiSchema.ts"
import { type FieldFacts, factsOfKey, optional } from "../domain/authoring/Field.ts"
import { GroupSchema } from "../domain/authoring/GroupSchema.ts"
import { listenerFields } from "../domain/authoring/ListenerSchema.ts"
import { ProgramSchema } from "../domain/authoring/ProgramSchema.ts"
import { SupervisorSchema } from "../domain/authoring/SupervisorSchema.ts"
import { taskFields } from "../domain/authoring/TaskSchema.ts"

/** What the other define… functions take besides the fields of a program. */
const KindsSchema = Schema.Struct({
  task: optional(Schema.Struct(taskFields), {
    doc: "A task: `defineTask` takes these, and the fields of a program except those of what runs on.",
    type: "defineTask()",
    class: "live"
  }),
  listener: optional(Schema.Struct(listenerFields), {
    doc: "An event listener: `defineListener` takes these, and the fields of a program except `stdin`.",
    type: "defineListener()",
    class: "restart"
  }),
  fastCgi: optional(Schema.Struct(fastCgiFields), {
    doc: "A FastCGI program: `defineFastCgi` takes these, and the fields of a program except `stdin`.",
    type: "defineFastCgi()",
    class: "restart"
  })
})

export interface ExplainedField extends FieldFacts {
  readonly path: string
}

/** In the order of the schemas: sections before their parts. */
export const explainedFields = (): ReadonlyArray<ExplainedField> => {
  fields ??= [
    ...collect(ProgramSchema.ast, ""),
    ...collect(KindsSchema.ast, ""),
    ...collect(GroupSchema.ast, "group."),
    ...collect(SupervisorSchema.ast, "supervisor.")
  ]
  return fields
}

export const explainedPaths = (): ReadonlyArray<string> =>
  explainedFields().map((field) => field.path)

/** Keys of supervisord's `[program:x]` that have a field. */
export const supervisordKeys = (): ReadonlyArray<string> =>
  explainedFields()
    .filter((field) => !/^(group|supervisor|listener|fastCgi)\./.test(field.path))
    .flatMap((field) => field.supervisord)

/** Where a key of supervisord's `[program:x]` went; null: it is none, or reeve has nothing like it. */
export const supervisordPath = (key: string): string | null =>
  explainedFields().find(
    (field) =>
      !/^(group|supervisor|listener|fastCgi)\./.test(field.path) && field.supervisord.includes(key)
  )?.path ?? null

let fields: ReadonlyArray<ExplainedField> | undefined

const collect = (ast: SchemaAST.AST, prefix: string): ReadonlyArray<ExplainedField> => {
  const found = new Map<string, ExplainedField>()
  for (const struct of structs(ast)) {
    for (const { type } of struct.indexSignatures) {
      for (const part of collect(type, `${prefix}*.`)) found.set(part.path, part)
    }
    for (const { name, type } of struct.propertySignatures) {
      const facts = factsOfKey(type)
      if (facts === undefined) continue
      const path = `${prefix}${String(name)}`
      if (!found.has(path)) found.set(path, { path, ...facts })
      for (const part of collect(type, `${path}.`)) found.set(part.path, part)
    }
  }
  return [...found.values()]
}

const structs = (ast: SchemaAST.AST): ReadonlyArray<SchemaAST.Objects> => {
  if (ast._tag === "Objects") return [ast]
  return ast._tag === "Union" ? ast.types.flatMap(structs) : []
}
