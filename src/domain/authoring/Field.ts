/**
 * What the schemas say about a field (for `reeve explain`, the README and error messages), and about a value that is
 * refused. A field's facts hang on its key, a value's sentence on its type: one type serves many fields.
 */
import * as Schema from "effect/Schema"
import * as SchemaAST from "effect/SchemaAST"
import type { ChangeClass } from "../Plan.ts"

export interface FieldFacts {
  /** What it means, in a sentence or two. */
  readonly doc: string
  /** Its values as a reader of program files sees them. */
  readonly type: string
  /** As it is written; null: the field is required. */
  readonly default: string | null
  /** "by field": its parts have classes of their own. */
  readonly class: ChangeClass | "by field"
  /** Keys of supervisord's `[program:x]`, `[group:x]` and `[supervisord]` with the same meaning. */
  readonly supervisord: ReadonlyArray<string>
}

/**
 * Ends the sentence that begins with the field's path: what was found (`shown`: the value as text, or "the value" where it
 * may be a secret) and what is expected. Null: its parts are at fault, look there.
 */
export type Refusal = (value: unknown, shown: string) => string | null

declare module "effect/Schema" {
  namespace Annotations {
    interface Annotations {
      readonly fieldFacts?: FieldFacts | undefined
      readonly refusal?: Refusal | undefined
    }
  }
}

type Facts = Partial<FieldFacts> & Pick<FieldFacts, "doc" | "type" | "class">

const factsOf = (facts: Facts): FieldFacts => ({ default: "none", supervisord: [], ...facts })

/** A field that may be left out. */
export const optional = <S extends Schema.Top>(schema: S, facts: Facts): Schema.optionalKey<S> =>
  Schema.optionalKey(schema).annotateKey({ fieldFacts: factsOf(facts) })

/** A field without which nothing can be run. */
export const required = <S extends Schema.Top>(schema: S, facts: Facts): S["Rebuild"] =>
  schema.annotateKey({ fieldFacts: { ...factsOf(facts), default: null } })

/** A type with the sentence for what it refuses. */
export const refusing = <S extends Schema.Top>(schema: S, refusal: Refusal): S["Rebuild"] =>
  schema.annotate({ refusal })

export const expecting =
  (what: string): Refusal =>
  (_value, shown) =>
    `expected ${what}, found ${shown}`

export const factsOfKey = (ast: SchemaAST.AST): FieldFacts | undefined =>
  ast.context?.annotations?.fieldFacts

export const refusalOf = (ast: SchemaAST.AST): Refusal | undefined => {
  const own = ast.annotations?.refusal
  return own ?? SchemaAST.resolve(ast)?.refusal
}
