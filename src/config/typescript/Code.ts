/** TypeScript values as a tree, and their text: on one line where that fits, else one member a line. */
import type { PatternPart } from "../../core/instancePattern.ts"

export type Code =
  /** Text, with the index of the instance in it where there are such parts. */
  | { readonly kind: "text"; readonly parts: ReadonlyArray<PatternPart> }
  | { readonly kind: "plain"; readonly code: string }
  | { readonly kind: "list"; readonly items: ReadonlyArray<Code> }
  | {
      readonly kind: "record"
      /** What stands behind `...` at its beginning; null: nothing. */
      readonly spread: string | null
      readonly entries: ReadonlyArray<readonly [string, Code]>
    }

const width = 100

/** `column`: where its first line begins. `indent`: of the line that it begins on. `after`: what must fit behind it. */
export const render = (code: Code, indent: number, column: number, after = 1): string => {
  const line = inline(code)
  if (column + line.length + after <= width) return line
  const inner = indent + 2
  const pad = " ".repeat(inner)
  switch (code.kind) {
    case "plain":
      return line
    case "text":
      return pieces(code.parts, inner).join(` +\n${pad}`)
    case "list": {
      const items = code.items.map((item) => pad + render(item, inner, inner))
      return `[\n${items.join(",\n")}\n${" ".repeat(indent)}]`
    }
    case "record": {
      const entries = code.entries.map(([key, value]) => {
        const head = `${pad}${property(key)}: `
        const fits = head.length + inline(value).length + 1 <= width
        if (value.kind !== "text" || fits) return head + render(value, inner, head.length)
        const lines = pieces(value.parts, inner + 2)
        return `${head.trimEnd()}\n${pad}  ${lines.join(` +\n${pad}  `)}`
      })
      const spread = code.spread === null ? [] : [`${pad}...${code.spread}`]
      return `{\n${[...spread, ...entries].join(",\n")}\n${" ".repeat(indent)}}`
    }
  }
}

const inline = (code: Code): string => {
  switch (code.kind) {
    case "plain":
      return code.code
    case "text":
      return literal(code.parts)
    case "list":
      return `[${code.items.map(inline).join(", ")}]`
    case "record": {
      const entries = code.entries.map(([key, value]) => `${property(key)}: ${inline(value)}`)
      const all = code.spread === null ? entries : [`...${code.spread}`, ...entries]
      return all.length === 0 ? "{}" : `{ ${all.join(", ")} }`
    }
  }
}

/** `__proto__` without brackets would set the prototype. */
const property = (key: string): string => {
  if (key === "__proto__") return '["__proto__"]'
  return /^[A-Za-z_$][\w$]*$/.test(key) ? key : quoted(key)
}

const quoted = (text: string): string => JSON.stringify(text)

const literal = (parts: ReadonlyArray<PatternPart>): string => {
  const texts = parts.filter((part) => typeof part === "string")
  if (texts.length === parts.length) return quoted(texts.join(""))
  return `\`${parts.map(inTemplate).join("")}\``
}

const inTemplate = (part: PatternPart): string => {
  if (typeof part === "string") {
    return quoted(part)
      .slice(1, -1)
      .replaceAll('\\"', '"')
      .replace(/`|\$\{/g, "\\$&")
  }
  const marker =
    part.kind === "offset"
      ? `port(${part.base})`
      : part.width === 0
        ? "index"
        : `padded(${part.width})`
  return `\${instance.${marker}}`
}

/** Literals that fit a line each, broken behind a blank where there is one. */
const pieces = (parts: ReadonlyArray<PatternPart>, indent: number): ReadonlyArray<string> => {
  const most = Math.max(20, width - indent - 4)
  const lines: Array<string> = []
  let line: Array<PatternPart> = []
  const flush = (): void => {
    if (line.length > 0) lines.push(literal(line))
    line = []
  }
  for (const part of parts.flatMap(words)) {
    if (line.length > 0 && literal([...line, part]).length > most) flush()
    line.push(part)
  }
  flush()
  return lines.length === 0 ? ['""'] : lines
}

/** Words with the blanks behind them; longer ones than any line are cut, never inside a character. */
const words = (part: PatternPart): ReadonlyArray<PatternPart> =>
  typeof part === "string" ? (part.match(/[^ ,:;/]{1,20}[ ,:;/]*|[ ,:;/]{1,20}/gu) ?? []) : [part]
